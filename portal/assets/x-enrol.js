// @ts-check
/**
 * Takes the invitation code out of the address (`/enrol#code`) and sends it on.
 * The fragment never reaches the server's logs; it is also removed from the history before anything else happens.
 */
class Enrol extends HTMLElement {
  connectedCallback() {
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
