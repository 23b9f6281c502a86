// What only a browser shows of notices: the worker is let in by the one policy, and where a push service is out of reach it is said.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";

/** As x-push does it; a subscription itself takes a service on the internet. */
const register = (page) => page.evaluate(async () => {
  const policy = globalThis.trustedTypes?.createPolicy("tsunagi-push-worker", { createScriptURL: (url) => url });
  await navigator.serviceWorker.register(policy?.createScriptURL("/push-worker.js") ?? "/push-worker.js");
  await navigator.serviceWorker.ready;
});

/** Hands messages to the worker of the page's origin, as a push service would. */
async function pushes(page) {
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const registered = new Promise((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((one) => !one.isDeleted && new URL(one.scopeURL).origin === origin);
      if (ours) resolve(ours.registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  const registrationId = await registered;
  return (data) => cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
}

/** The running worker: what it shows is written down before the browser is asked, where it leads to instead of going there. */
async function watched(context) {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(() => {
    const said = { shown: [], done: 0, really: 0, opened: [], focused: 0 };
    globalThis.said = said;
    const show = registration.showNotification.bind(registration);
    registration.showNotification = async (title, options) => {
      said.shown.push({ title, ...options });
      // A browser without a screen may have nowhere to show it.
      await show(title, options).then(() => { said.really += 1; }, () => {});
      said.done += 1;
    };
    clients.openWindow = async (url) => { said.opened.push(url); return null; };
    // Nobody has really clicked, which a browser asks for.
    WindowClient.prototype.focus = async function focus() { said.focused += 1; return this; };
    globalThis.clicked = async () => {
      let closed = 0;
      let work = Promise.resolve();
      const click = new ExtendableEvent("notificationclick");
      Object.defineProperty(click, "notification", { value: { close: () => { closed += 1; } } });
      Object.defineProperty(click, "waitUntil", { value: (promise) => { work = promise; } });
      dispatchEvent(click);
      await work;
      return closed;
    };
  });
  return { said: () => worker.evaluate(() => globalThis.said), clicked: () => worker.evaluate(() => globalThis.clicked()) };
}

test("the worker registers under the page's rules, and a failure has words", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.context().grantPermissions(["notifications"]);
  await page.goto("/me/notices");
  const button = page.getByRole("button", { name: "この端末で通知を受け取る" });
  await expect(button).toBeVisible();
  await expect(page.getByText("この端末では通知を受け取れません")).toHaveCount(0);
  await button.click();
  // There is no push service here: Chromium's own is on the internet.
  await expect(page.getByRole("alert")).toContainText(/登録できませんでした|通知が止められています/);
  const worker = await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.scope);
  if (worker !== undefined) expect(new URL(worker).pathname).toBe("/");
});

test("signing out forgets what scripts kept, and leaves the worker that shows notices at night", async ({ newcomer }) => {
  const { page } = await newcomer();
  await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
  await enrol(page, linkOf(await demoLinks(), "caseworker"));
  await register(page);
  await page.evaluate(() => {
    localStorage.setItem("draft", "とちゅうまで");
    sessionStorage.setItem("draft", "とちゅうまで");
  });
  await page.getByRole("button", { name: "サインアウト" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect.poll(() => page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.scope);
  expect(scope && new URL(scope).pathname, "the registration outlives the sign-out").toBe("/");
});

test("whatever is pushed, one fixed sentence is shown, and a click on it leads to the inbox", async ({ enter }) => {
  const page = await enter("caseworker");
  const context = page.context();
  await context.grantPermissions(["notifications"]);
  await page.goto("/alerts");
  await register(page);
  const push = await pushes(page);
  const worker = await watched(context);
  const notice = { title: "つなぎ", body: "確認が必要なお知らせがあります", tag: "notice", lang: "ja" };

  await test.step("nothing of what was sent is shown", async () => {
    await push("試験 花子さん（3歳児）が3日続けて欠席しています");
    await push(JSON.stringify({ title: "緊急", body: "虐待の疑い", tag: "x", url: "https://elsewhere.example/" }));
    await push("");
    await expect.poll(async () => (await worker.said()).done).toBe(3);
    expect((await worker.said()).shown).toEqual([notice, notice, notice]);
  });

  await test.step("where the browser shows it, a new one has taken the place of the one before", async () => {
    const shown = await page.evaluate(async () => {
      const all = await (await navigator.serviceWorker.ready).getNotifications();
      return all.map(({ title, body, tag, lang }) => ({ title, body, tag, lang }));
    });
    expect(shown).toEqual((await worker.said()).really > 0 ? [notice] : []);
  });

  await test.step("a click closes it and opens the hub, where the inbox comes first", async () => {
    // The page was there before the worker and is not its own.
    expect(await worker.clicked()).toBe(1);
    expect(await worker.said()).toMatchObject({ opened: ["/"], focused: 0 });
    await page.goto("/");
    await expect(page).toHaveURL(/\/alerts$/);
  });

  await test.step("a window that is open is come back to", async () => {
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    expect(await worker.clicked()).toBe(1);
    expect(await worker.said()).toMatchObject({ opened: ["/"], focused: 1 });
  });
});
