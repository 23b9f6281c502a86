// @ts-check
/**
 * Keeps the count of unhandled alerts true and says how many are new, without moving anything under the finger.
 * Listens to `/alerts/events`, whose messages are JSON `{ "count": number }` and carry nothing personal;
 * where streams do not pass, asks `/alerts/count` every minute. Rests while the page is hidden.
 */
class LiveCount extends HTMLElement {
  #listening = new AbortController();
  /** @type {EventSource | undefined} */
  #stream;
  /** @type {number | undefined} */
  #poll;
  /** @type {number | undefined} what the page says; nothing until the first message where it does not know */
  #shown;
  #fresh = 0;
  #failures = 0;

  connectedCallback() {
    const shown = this.querySelector("[data-number]")?.textContent?.trim();
    this.#shown = shown ? Number(shown) : undefined;
    document.addEventListener("visibilitychange", () => this.#wakeOrRest(), { signal: this.#listening.signal });
    addEventListener("pagehide", () => this.#rest(), { signal: this.#listening.signal });
    addEventListener("pageshow", () => this.#wakeOrRest(), { signal: this.#listening.signal });
    this.#wakeOrRest();
  }

  disconnectedCallback() {
    this.#rest();
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  #wakeOrRest() {
    this.#rest();
    if (document.visibilityState === "hidden") return;
    if (this.#failures < 3) this.#listen();
    else this.#ask();
  }

  #rest() {
    this.#stream?.close();
    this.#stream = undefined;
    clearTimeout(this.#poll);
  }

  #listen() {
    const stream = new EventSource("/alerts/events");
    stream.onopen = () => { this.#failures = 0; };
    stream.onmessage = (message) => this.#read(message.data, true);
    stream.onerror = () => {
      this.#failures += 1;
      if (this.#failures >= 3) this.#wakeOrRest();
      else if (stream.readyState === EventSource.CLOSED) this.#poll = setTimeout(() => this.#wakeOrRest(), 5000);
    };
    this.#stream = stream;
  }

  async #ask() {
    try {
      const answer = await fetch("/alerts/count", { headers: { accept: "application/json" } });
      if (answer.ok) this.#read(await answer.text(), false);
    } catch {
      // no network: the next round asks again
    }
    this.#poll = setTimeout(() => this.#ask(), 60_000);
  }

  /**
   * @param {string} text JSON with the count
   * @param {boolean} isEvent an event is about one alert even when the count stays the same
   */
  #read(text, isEvent) {
    /** @type {unknown} */
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof message !== "object" || message === null || !("count" in message) || typeof message.count !== "number") return;
    const more = message.count - (this.#shown ?? message.count);
    if (isEvent && "fresh" in message && typeof message.fresh === "number") this.#fresh += message.fresh;
    else if (more > 0) this.#fresh += more;
    this.#show(message.count);
  }

  /** @param {number} count */
  #show(count) {
    this.#shown = count;
    this.hidden = false;
    const number = this.querySelector("[data-number]");
    const words = this.querySelector("[data-words]");
    if (number) number.textContent = String(count);
    if (words) words.textContent = (this.dataset.label ?? "%d").replace("%d", String(count));
    const news = document.querySelector("[data-live-news]");
    if (!(news instanceof HTMLElement) || this.#fresh === 0) return;
    const link = document.createElement("a");
    link.href = news.dataset.href ?? location.href;
    link.textContent = (news.dataset.template ?? "%d").replace("%d", String(this.#fresh));
    news.replaceChildren(link);
  }
}

customElements.define("x-live-count", LiveCount);
