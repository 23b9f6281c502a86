// @ts-check
/**
 * Passkeys: signing in (`data-mode="sign-in"`), registering (`data-mode="register"`) and being verified again (`data-mode="verify"`).
 *
 * Sign-in: POST /sign-in/options → options with a `ceremony` id; POST /sign-in `{ ceremony, credential, next }` → `{ next }` or `{ error }`.
 *   Nobody is signed in on that page: what scripts have kept in this browser goes. (The hub's header cannot say it, or notices would end too.)
 * Registration: POST `data-options` `{ kind }` → options; POST `data-finish` `{ ceremony, credential }` → `{ next }` or `{ error }`.
 *   Every `[data-start]` button says with its value what kind of passkey it registers.
 * Verification: POST /verify/options `{ action }` → options; POST /verify → `{}`; then the kept form `[data-again]` is sent, else on to `data-next`.
 * Options are the JSON of WebAuthn, bare or under `publicKey`.
 */

/** @typedef {{ publicKey?: object, ceremony?: string, error?: string, next?: string }} Answer */

/** Options are good for five minutes; what is older is not begun with any more. */
const FRESH_MS = 4 * 60 * 1000;

/** What a browser is given to give up the offer in the field; some extensions never do. */
const GIVEN_UP_MS = 500;

/** Nothing that was typed or chosen stays behind for the next one; a browser that keeps nothing may refuse to be asked. */
function forget() {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // nothing is kept there
  }
}

/** A refusal whose words come from the server. */
class Refused extends Error {}

class Passkey extends HTMLElement {
  #listening = new AbortController();
  #conditional = new AbortController();
  /** @type {Promise<void>} the offer in the field, until it is taken or given up */
  #offered = Promise.resolve();
  /** @type {{ options: Promise<Answer>, at: number } | undefined} what the hub has begun for this page, until it is answered */
  #begun;
  #busy = false;

  connectedCallback() {
    if (this.dataset.mode === "sign-in") forget();
    const buttons = [...this.querySelectorAll("[data-start]")].filter((button) => button instanceof HTMLButtonElement);
    if (buttons.length === 0) return;
    if (!("PublicKeyCredential" in window) || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) {
      this.#say(this.dataset.unsupported);
      return;
    }
    for (const button of buttons) {
      button.hidden = false;
      button.addEventListener("click", () => void this.#press(button), { signal: this.#listening.signal });
    }
    if (this.dataset.mode === "sign-in") this.#offered = this.#offer().catch(() => {});
  }

  disconnectedCallback() {
    this.#conditional.abort();
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /** Offers passkeys in the field's own list, where the browser can. */
  async #offer() {
    const field = this.querySelector("[data-autofill]");
    if (!(field instanceof HTMLElement) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    this.#conditional = new AbortController();
    /** @type {Answer} */
    let options;
    try {
      options = await this.#begin();
    } catch {
      return; // nothing was asked for yet; the button will say what is wrong
    }
    field.hidden = false;
    try {
      await this.#signIn(options, { mediation: "conditional", signal: this.#conditional.signal });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.#explain(error);
    }
  }

  /** @param {HTMLButtonElement} button */
  async #press(button) {
    if (this.#busy) return;
    this.#busy = true;
    const before = [...button.childNodes];
    button.textContent = this.dataset.busy ?? button.textContent;
    this.#conditional.abort();
    this.#say("");
    await Promise.race([this.#offered, new Promise((go) => setTimeout(go, GIVEN_UP_MS))]);
    try {
      if (this.dataset.mode === "register") await this.#register(button.value);
      else if (this.dataset.mode === "verify") await this.#verify();
      else await this.#signIn(await this.#begin(), {});
    } catch (error) {
      this.#explain(error);
    }
    button.replaceChildren(...before);
    this.#busy = false;
  }

  /** What the hub begins for a sign-in: once for the page, since a ward behind one address may not leave many unanswered. */
  #begin() {
    if (this.#begun && Date.now() - this.#begun.at < FRESH_MS) return this.#begun.options;
    const begun = { options: this.#post("/sign-in/options", {}), at: Date.now() };
    begun.options.catch(() => { if (this.#begun === begun) this.#begun = undefined; });
    this.#begun = begun;
    return begun.options;
  }

  /**
   * @param {Answer} options
   * @param {{ mediation?: CredentialMediationRequirement, signal?: AbortSignal }} how
   */
  async #signIn(options, how) {
    const json = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (options.publicKey ?? options);
    const credential = await navigator.credentials.get({ ...how, publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) });
    // A challenge is answered once.
    this.#begun = undefined;
    await this.#finish("/sign-in", options.ceremony, credential);
  }

  /** @param {string} kind */
  async #register(kind) {
    const options = await this.#post(this.dataset.options ?? "/enrol/options", { kind });
    const json = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (options.publicKey ?? options);
    const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) });
    await this.#finish(this.dataset.finish ?? "/enrol/credential", options.ceremony, credential);
  }

  async #verify() {
    const options = await this.#post("/verify/options", { action: this.dataset.action ?? "" });
    const json = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (options.publicKey ?? options);
    const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) });
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
    await this.#post("/verify", { ceremony: options.ceremony, credential: credential.toJSON() });
    const kept = this.querySelector("form[data-again]");
    if (kept instanceof HTMLFormElement) kept.submit();
    else if (this.dispatchEvent(new CustomEvent("verified", { bubbles: true, cancelable: true }))) this.#go(this.dataset.next);
  }

  /** @param {string | undefined} next */
  #go(next) {
    location.assign(next?.startsWith("/") && !next.startsWith("//") ? next : "/");
  }

  /**
   * @param {string} path
   * @param {string | undefined} ceremony
   * @param {Credential | null} credential
   */
  async #finish(path, ceremony, credential) {
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
    const answer = await this.#post(path, { ceremony, credential: credential.toJSON(), next: this.dataset.next || undefined });
    this.#go(answer.next);
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<Answer>}
   */
  async #post(path, body) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
    // The session is over, or must be strengthened again: a page says so better than a line.
    if (response.redirected) return this.dataset.mode === "verify" ? this.#knock() : this.#leave(response.url);
    if (response.status === 403 && this.dataset.mode === "register") return this.#leave(location.href);
    /** @type {Answer} */
    const answer = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : {};
    if (!response.ok || answer.error !== undefined) throw new Refused(answer.error ?? this.dataset.failed ?? "");
    return answer;
  }

  /**
   * Asks for what waited although the session is over: the hub keeps a form for whoever sent it, and leads back to a page after the sign-in.
   * @returns {Promise<never>}
   */
  #knock() {
    const kept = this.querySelector("form[data-again]");
    if (!(kept instanceof HTMLFormElement)) return this.#leave(this.dataset.next?.startsWith("/") ? this.dataset.next : location.href);
    kept.submit();
    return new Promise(() => {});
  }

  /**
   * Goes elsewhere; whatever waited for an answer waits until the page is gone.
   * @param {string} url
   * @returns {Promise<never>}
   */
  #leave(url) {
    if (url === location.href) location.reload();
    else location.assign(url);
    return new Promise(() => {});
  }

  /** @param {unknown} error */
  #explain(error) {
    if (error instanceof Refused) this.#say(error.message);
    else if (error instanceof DOMException && error.name === "InvalidStateError") this.#say(this.dataset.known ?? this.dataset.failed);
    else if (error instanceof TypeError) this.#say(this.dataset.offline);
    else if (error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError")) this.#say(this.dataset.cancelled);
    else this.#say(this.dataset.failed);
  }

  /** @param {string | undefined} words */
  #say(words) {
    const line = this.querySelector("[data-line]");
    if (!(line instanceof HTMLElement)) return;
    line.textContent = words ?? "";
    line.hidden = !words;
  }
}

customElements.define("x-passkey", Passkey);
