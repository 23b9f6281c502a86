// @ts-check
/**
 * 離席: covers the screen at once and locks the session, by the button, by pressing Escape twice, or after a rest.
 *
 * Wraps the lock form, which works without script. What was being typed stays under the cover and is there again once the
 * person was verified; a page without anything typed is left behind altogether.
 *
 * `data-rest`: seconds without a touch after which nobody is there any more. `data-title`: the neutral title.
 * The cover itself is the `<dialog>` in the `<template>` inside.
 */
const TWICE_WITHIN_MS = 700;

class Cover extends HTMLElement {
  #listening = new AbortController();
  #escapedAt = 0;
  #touchedAt = Date.now();
  #typed = false;
  #title = "";
  /** @type {HTMLDialogElement | null} */
  #cover = null;

  connectedCallback() {
    const signal = this.#listening.signal;
    const form = this.querySelector("form");
    form?.addEventListener("submit", (event) => { event.preventDefault(); void this.#leave(); }, { signal });
    addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
      addEventListener(kind, () => { this.#touchedAt = Date.now(); }, { signal, capture: true, passive: true });
    }
    addEventListener("input", () => { this.#typed = true; }, { signal });
    addEventListener("submit", () => { this.#typed = false; }, { signal });
    const rest = Number(this.dataset.rest) * 1000;
    if (rest > 0) {
      const watch = setInterval(() => { if (Date.now() - this.#touchedAt > rest) void this.#leave(); }, 5000);
      signal.addEventListener("abort", () => clearInterval(watch));
    }
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /** The open cover; `null` when nothing can be covered. */
  #open() {
    const template = this.querySelector("template");
    const dialog = template?.content.firstElementChild?.cloneNode(true);
    if (!(dialog instanceof HTMLDialogElement)) return null;
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("verified", (event) => { event.preventDefault(); this.#comeBack(); });
    this.append(dialog);
    dialog.showModal();
    return dialog;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || event.repeat || this.#cover) return;
    if (event.timeStamp - this.#escapedAt < TWICE_WITHIN_MS) void this.#leave();
    this.#escapedAt = event.timeStamp;
  }

  async #leave() {
    if (this.#cover) return;
    this.#title = document.title;
    document.title = this.dataset.title ?? "";
    this.#cover = this.#open();
    try {
      await fetch("/lock", { method: "POST", redirect: "manual" });
    } catch {
      return; // covered all the same; the hub locks by itself after a rest
    }
    if (!this.#typed) location.replace(`/locked?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  #comeBack() {
    this.#touchedAt = Date.now();
    document.title = this.#title;
    this.#cover?.remove();
    this.#cover = null;
  }
}

customElements.define("x-cover", Cover);
