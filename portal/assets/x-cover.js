// @ts-check
/**
 * 離席: covers the screen at once and locks the session, by the button, by pressing Escape twice, or after a rest.
 *
 * Wraps the lock form, which works without script. What was being typed stays under the cover and is there again once the
 * person was verified; a page without anything typed is left behind altogether. Other tabs of the same browser are covered
 * and uncovered with this one: they show the same children.
 *
 * `data-rest`: seconds without a touch after which nobody is there any more. `data-title`: the neutral title.
 * The cover itself is the `<dialog>` in the `<template>` inside.
 */
const TWICE_WITHIN_MS = 700;

class Cover extends HTMLElement {
  #listening = new AbortController();
  #tabs = new BroadcastChannel("tsunagi-cover");
  #escapedAt = -Infinity;
  #touchedAt = Date.now();
  #toldAt = 0;
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
      addEventListener(kind, () => this.#touch(), { signal, capture: true, passive: true });
    }
    addEventListener("input", () => { this.#typed = true; }, { signal });
    // A form that a script keeps back, the one inside among them, has not taken away what was typed.
    addEventListener("submit", (event) => { if (!event.defaultPrevented) this.#typed = false; }, { signal });
    // A page the browser kept for its back button was made before the screen was left.
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    this.#tabs.addEventListener("message", (event) => this.#hear(event.data), { signal });
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
    const dialog = this.querySelector("template")?.content.firstElementChild?.cloneNode(true);
    if (!(dialog instanceof HTMLDialogElement)) return null;
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    // Browsers close a dialog that is asked to often enough, whatever it says.
    dialog.addEventListener("close", () => { if (this.#cover === dialog) dialog.showModal(); });
    dialog.addEventListener("verified", (event) => {
      event.preventDefault();
      this.#comeBack();
      this.#tabs.postMessage("back");
    });
    this.append(dialog);
    dialog.showModal();
    return dialog;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    const twice = event.timeStamp - this.#escapedAt < TWICE_WITHIN_MS;
    // The key that covers the screen, and any that follows, must not close the cover.
    if (this.#cover || twice) event.preventDefault();
    if (this.#cover || event.repeat) return;
    this.#escapedAt = event.timeStamp;
    if (twice) void this.#leave();
  }

  /** Somebody is there; tabs in the background need not lock what is worked with here. */
  #touch() {
    this.#touchedAt = Date.now();
    if (this.#touchedAt - this.#toldAt < 5000) return;
    this.#toldAt = this.#touchedAt;
    this.#tabs.postMessage("here");
  }

  /** @param {unknown} said what another tab says: somebody is "here", has "left", the session is "locked", somebody is "back" */
  #hear(said) {
    if (said === "here") this.#touchedAt = Date.now();
    else if (said === "left") this.#hide();
    else if (said === "locked") this.#go();
    else if (said === "back") this.#comeBack();
  }

  #hide() {
    if (this.#cover) return;
    this.#title = document.title;
    document.title = this.dataset.title ?? "";
    this.#cover = this.#open();
  }

  /** Leaves the page behind, if nothing was being typed. */
  #go() {
    if (!this.#typed) location.replace(`/locked?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  async #leave() {
    if (this.#cover) return;
    this.#hide();
    this.#tabs.postMessage("left");
    try {
      await fetch("/lock", { method: "POST", redirect: "manual" });
    } catch {
      return; // covered all the same; the hub locks by itself after a rest
    }
    this.#tabs.postMessage("locked");
    this.#go();
  }

  #comeBack() {
    if (!this.#cover) return;
    const cover = this.#cover;
    this.#cover = null;
    this.#touchedAt = Date.now();
    document.title = this.#title;
    cover.close();
    cover.remove();
  }
}

customElements.define("x-cover", Cover);
