// @ts-check
/** j and k go from row to row of the list that follows, once somebody has asked for it (WCAG 2.1.4: off until then). */
const KEPT = "tsunagi-row-keys";

class RowKeys extends HTMLElement {
  #listening = new AbortController();

  connectedCallback() {
    const box = this.querySelector("input");
    if (!box) return;
    const signal = this.#listening.signal;
    this.hidden = false;
    box.checked = localStorage.getItem(KEPT) === "on";
    box.addEventListener("change", () => {
      if (box.checked) localStorage.setItem(KEPT, "on");
      else localStorage.removeItem(KEPT);
    }, { signal });
    document.addEventListener("keydown", (event) => {
      if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const step = { j: 1, k: -1 }[event.key];
      if (step !== undefined && !isTyped(event.target)) this.#go(step);
    }, { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /** @param {number} step */
  #go(step) {
    /** @type {HTMLAnchorElement[]} */
    const rows = [...document.querySelectorAll("[data-row-keys] tbody th a")].filter((link) => link instanceof HTMLAnchorElement);
    const row = document.activeElement?.closest("tr");
    const at = rows.findIndex((link) => row !== undefined && link.closest("tr") === row);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    rows[next]?.focus();
  }
}

/** @param {EventTarget | null} target */
function isTyped(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

customElements.define("x-row-keys", RowKeys);
