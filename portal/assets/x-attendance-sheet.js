// @ts-check
/**
 * The daily sheet: counts what is entered, sets all that is open to "present" at one press, warns before leaving with unsent
 * entries, keeps every entry when the network is gone, and sends again by itself when it is back.
 */
class AttendanceSheet extends HTMLElement {
  #listening = new AbortController();
  #touched = false;
  #waiting = false;
  #busy = false;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    const signal = this.#listening.signal;
    form.addEventListener("change", () => { this.#touched = true; this.#count(); }, { signal });
    form.addEventListener("input", () => { this.#touched = true; }, { signal });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter?.hasAttribute("data-bulk")) this.#fill();
      else void this.#send(form);
    }, { signal });
    addEventListener("online", () => {
      if (!this.#waiting) return;
      this.#say(this.dataset.again ?? "");
      void this.#send(form);
    }, { signal });
    addEventListener("beforeunload", (event) => { if (this.#touched) event.preventDefault(); }, { signal });
    this.#count();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /** @returns {Element[]} */
  #children() {
    return [...this.querySelectorAll("[data-child]")];
  }

  #fill() {
    for (const child of this.#children()) {
      if (child.querySelector("[name^='status.']:checked")) continue;
      const first = child.querySelector("[name^='status.']");
      if (first instanceof HTMLInputElement) {
        first.checked = true;
        this.#touched = true;
      }
    }
    this.#count();
  }

  #count() {
    const children = this.#children();
    const done = children.filter((child) => child.querySelector("[name^='status.']:checked")).length;
    const line = this.querySelector("[data-count-line]");
    if (!(line instanceof HTMLElement)) return;
    const words = (this.dataset.count ?? "%d").replace("%d", String(done));
    if (line.textContent !== words) line.textContent = words;
    line.toggleAttribute("data-full", done === children.length);
  }

  /**
   * Sends by fetch, so that a lost connection or a resting database leaves the page and its entries as they are.
   * An answer that is a page (errors to mend) is fetched again by the browser itself: repeating is harmless, the form carries an idempotency key.
   * @param {HTMLFormElement} form
   */
  async #send(form) {
    if (this.#busy) return;
    this.#busy = true;
    const button = form.querySelector("[data-send]");
    const before = button?.textContent ?? "";
    if (button) button.textContent = this.dataset.sending ?? before;
    if (!this.#waiting) this.#say("");
    this.#waiting = false;
    try {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json, text/html" }, signal: AbortSignal.timeout(20_000) });
      if (answer.status >= 500) {
        this.#say(this.dataset.unsaved ?? "");
      } else {
        this.#touched = false;
        await this.#follow(form, answer);
        return;
      }
    } catch {
      this.#waiting = true;
      this.#say(this.dataset.offline ?? "");
    }
    this.#busy = false;
    if (button) button.textContent = before;
  }

  /**
   * @param {HTMLFormElement} form
   * @param {Response} answer
   */
  async #follow(form, answer) {
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      /** @type {{ next?: string }} */
      const { next } = await answer.json();
      if (next?.startsWith("/")) {
        location.assign(next);
        return;
      }
    }
    // At the door the session is over: the hub keeps the form itself, not what a script sends.
    const out = new URL(answer.url).pathname === "/sign-in";
    if (answer.ok && answer.redirected && !out) location.assign(answer.url);
    else form.submit();
  }

  /** @param {string} words */
  #say(words) {
    const line = this.querySelector("[data-offline-line]");
    if (!(line instanceof HTMLElement)) return;
    line.textContent = words;
    line.hidden = words === "";
  }
}

customElements.define("x-attendance-sheet", AttendanceSheet);
