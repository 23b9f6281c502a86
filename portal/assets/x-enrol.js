// @ts-check
/**
 * Takes the invitation code out of the address (`/enrol#code`) and sends it on.
 * The fragment never reaches the server's logs; it is also removed from the history before anything else happens.
 */
class Enrol extends HTMLElement {
  #listening = new AbortController();

  connectedCallback() {
    // A link opened over this very page changes the fragment only.
    addEventListener("hashchange", () => this.#take(), { signal: this.#listening.signal });
    this.#take();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  #take() {
    const code = location.hash.slice(1);
    if (!/^[A-Za-z0-9_-]{6,100}$/.test(code)) return;
    history.replaceState(null, "", location.pathname + location.search);
    const form = this.querySelector("form");
    const field = this.querySelector("input[name=code]");
    if (!form || !(field instanceof HTMLInputElement)) return;
    field.value = code;
    form.requestSubmit();
  }
}

customElements.define("x-enrol", Enrol);
