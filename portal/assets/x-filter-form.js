// @ts-check
/** Sends the filters above a list as soon as one changes; without script the button does it. */
class FilterForm extends HTMLElement {
  #listening = new AbortController();
  /** @type {number | undefined} */
  #waiting;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    const signal = this.#listening.signal;
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement) form.requestSubmit();
    }, { signal });
    form.addEventListener("input", (event) => {
      if (!(event.target instanceof HTMLInputElement)) return;
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => form.requestSubmit(), 600);
    }, { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.#waiting);
    this.#listening.abort();
    this.#listening = new AbortController();
  }
}

customElements.define("x-filter-form", FilterForm);
