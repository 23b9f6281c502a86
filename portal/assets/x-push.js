// @ts-check
/**
 * Lets this browser show notices while no page is open: `data-key` is the hub's public key. The button appears where a browser can.
 * The worker shows one fixed sentence, whatever comes in.
 */

/** The one address a worker may be loaded from; the policy's name stands in the hub's headers. */
const WORKER = "/push-worker.js";
const trusted = /** @type {{ trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } }} */ (
  /** @type {unknown} */ (globalThis)
).trustedTypes;
const policy = trusted?.createPolicy("tsunagi-push-worker", {
  createScriptURL: (/** @type {string} */ url) => {
    if (url !== WORKER) throw new TypeError("no such worker");
    return url;
  },
});

class Push extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-start]");
    if (!(button instanceof HTMLButtonElement) || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
    button.hidden = false;
    this.querySelector("[data-unsupported]")?.remove();
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await this.#subscribe();
      } catch {
        this.#say(this.dataset.failed);
      }
      button.disabled = false;
    });
  }

  async #subscribe() {
    if ((await Notification.requestPermission()) !== "granted") {
      this.#say(this.dataset.denied);
      return;
    }
    const registration = await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
    await navigator.serviceWorker.ready;
    const known = await registration.pushManager.getSubscription();
    // A subscription belongs to the key it was made with.
    await known?.unsubscribe();
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.dataset.key });
    const answer = await fetch("/me/notices/devices", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(subscription),
    });
    /** @type {{ next?: string, error?: string }} */
    const said = await answer.json();
    if (answer.ok && said.next) location.assign(said.next);
    else {
      await subscription.unsubscribe();
      this.#say(said.error ?? this.dataset.failed);
    }
  }

  /** @param {string | undefined} text */
  #say(text) {
    const line = this.querySelector("[data-line]");
    if (!(line instanceof HTMLElement)) return;
    line.textContent = text ?? "";
    line.hidden = false;
  }
}

customElements.define("x-push", Push);
