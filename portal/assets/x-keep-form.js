// @ts-check
/**
 * A form whose words must not be lost: it is sent by fetch first, so that a lost connection leaves the page as it is, says so, and
 * sends again by itself when the connection is back. The form carries an idempotency key: what arrived twice was done once.
 */
class KeepForm extends HTMLElement {
  #listening = new AbortController();
  /** @type {HTMLElement | null} the button that waits for the connection */
  #waiting = null;
  #busy = false;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    const signal = this.#listening.signal;
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.#send(form, event.submitter); }, { signal });
    addEventListener("online", () => {
      const button = this.#waiting;
      if (!button) return;
      this.#say(this.dataset.again ?? "");
      void this.#send(form, button);
    }, { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   */
  async #send(form, button) {
    if (this.#busy) return;
    this.#busy = true;
    const before = button?.textContent ?? "";
    if (button) button.textContent = this.dataset.sending ?? before;
    try {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form, button)) if (typeof value === "string") body.append(name, value);
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json, text/html" }, signal: AbortSignal.timeout(20_000) });
      if (answer.status >= 500) this.#say(this.dataset.unsaved ?? "");
      else return await this.#follow(form, button, answer);
    } catch {
      this.#waiting = button;
      this.#say(this.dataset.offline ?? "");
    }
    if (button) button.textContent = before;
    this.#busy = false;
  }

  /**
   * What was done has its own address; a page that asks for more is fetched again by the browser, which does nothing twice.
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   * @param {Response} answer
   */
  async #follow(form, button, answer) {
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      /** @type {{ next?: string }} */
      const { next } = await answer.json();
      if (next?.startsWith("/")) return location.assign(next);
    }
    if (button instanceof HTMLButtonElement && button.name) {
      const pressed = document.createElement("input");
      Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
      form.append(pressed);
    }
    form.submit();
  }

  /** @param {string} words */
  #say(words) {
    const line = this.querySelector("[data-line]");
    if (!(line instanceof HTMLElement)) return;
    line.textContent = words;
    line.hidden = words === "";
  }
}

customElements.define("x-keep-form", KeepForm);
