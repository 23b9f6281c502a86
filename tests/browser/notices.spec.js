// What only a browser shows of notices: the worker is let in by the one policy, and where a push service is out of reach it is said.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";

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
  // As x-push does it; a subscription itself takes a service on the internet.
  await page.evaluate(async () => {
    const policy = globalThis.trustedTypes?.createPolicy("tsunagi-push-worker", { createScriptURL: (url) => url });
    await navigator.serviceWorker.register(policy?.createScriptURL("/push-worker.js") ?? "/push-worker.js");
    await navigator.serviceWorker.ready;
    localStorage.setItem("draft", "とちゅうまで");
    sessionStorage.setItem("draft", "とちゅうまで");
  });
  await page.getByRole("button", { name: "サインアウト" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect.poll(() => page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.scope);
  expect(scope && new URL(scope).pathname, "the registration outlives the sign-out").toBe("/");
});
