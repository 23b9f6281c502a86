// What only a browser shows of notices: the worker is let in by the one policy, and where a push service is out of reach it is said.
import { expect, test } from "./kit.js";

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
