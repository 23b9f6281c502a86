// @ts-check
/** Looks every two seconds how far the work of this page has come, and shows the page anew when it is over. Without script a link does. */
const EVERY = 2000;

class Progress extends HTMLElement {
  /** @type {number | undefined} */
  #waiting;

  connectedCallback() {
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#waiting);
  }

  #wait() {
    this.#waiting = setTimeout(() => this.#look(), EVERY);
  }

  async #look() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { headers: { accept: "application/json" } });
        // Somewhere else by now, at the door for instance: the page itself says why.
        if (!answer.ok || answer.redirected || !this.#read(await answer.json())) {
          location.reload();
          return;
        }
      } catch {
        // no network: the next round asks again
      }
    }
    this.#wait();
  }

  /**
   * @param {unknown} message how far it has come
   * @returns {boolean} whether it goes on
   */
  #read(message) {
    if (typeof message !== "object" || message === null || !("over" in message) || message.over !== false) return false;
    const bar = this.querySelector("progress");
    if (bar && "total" in message && typeof message.total === "number" && "looked_at" in message && typeof message.looked_at === "number") {
      bar.max = Math.max(message.total, 1);
      bar.value = message.looked_at;
    }
    const line = this.querySelector("[data-line]");
    if (line && "line" in message && typeof message.line === "string") line.textContent = message.line;
    return true;
  }
}

customElements.define("x-progress", Progress);
