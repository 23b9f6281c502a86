// @ts-check
/// <reference lib="webworker" />
// Shows that there is something to look at, and nothing of what: a lock screen may be read by anybody.

const SENTENCE = "確認が必要なお知らせがあります";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("push", (event) => {
  // Whatever the message holds, the words are these; a new one takes the place of the one before.
  event.waitUntil(worker.registration.showNotification("つなぎ", { body: SENTENCE, tag: "notice", lang: "ja" }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    worker.clients.matchAll({ type: "window" }).then((windows) => windows[0]?.focus() ?? worker.clients.openWindow("/")),
  );
});
