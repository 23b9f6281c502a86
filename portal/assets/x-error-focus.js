// @ts-check
/** Brings a page that came back with errors to the summary of them, so that screen readers read it first. */
class ErrorFocus extends HTMLElement {
  connectedCallback() {
    requestAnimationFrame(() => this.focus());
  }
}

customElements.define("x-error-focus", ErrorFocus);
