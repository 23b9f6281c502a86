// Coming in and going out, and what happens to those who may not.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, registers, test } from "./kit.js";

const signIn = (page) => page.getByRole("button", { name: "パスキーでサインイン" });
const signOut = (page) => page.getByRole("button", { name: "サインアウト" });

test("signs out, and in again by the button", async ({ newcomer }) => {
  const { page } = await newcomer();
  // A browser whose field offers nothing: else the machine might say yes to the field before the button is pressed.
  await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  await signOut(page).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/alerts");
  await expect(page, "the session is over").toHaveURL(/\/sign-in/);
  await signIn(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "アラート" })).toBeVisible();
});

test("the button goes on with what the page has begun for its field", async ({ newcomer }) => {
  const { page } = await newcomer();
  // A field that offers, and whose offer nobody takes.
  await page.addInitScript(() => {
    const ask = navigator.credentials.get.bind(navigator.credentials);
    PublicKeyCredential.isConditionalMediationAvailable = async () => true;
    navigator.credentials.get = (options) => {
      if (options?.mediation !== "conditional") return ask(options);
      return new Promise((_, refuse) => {
        const giveUp = () => refuse(new DOMException("", "AbortError"));
        if (options.signal?.aborted) giveUp();
        options.signal?.addEventListener("abort", giveUp);
      });
    };
  });
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  let begun = 0;
  page.on("request", (request) => { if (new URL(request.url()).pathname === "/sign-in/options") begun += 1; });
  await signOut(page).click();
  await expect(page.getByLabel("パスキー", { exact: true })).toBeVisible();
  await signIn(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "アラート" })).toBeVisible();
  expect(begun, "one ceremony for one sign-in").toBe(1);
});

test("signs in by choosing the passkey the field offers", async ({ newcomer }) => {
  const { page, keys } = await newcomer();
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  await keys.answers(false);
  await signOut(page).click();
  await expect(page.getByLabel("パスキー", { exact: true })).toBeVisible();
  await keys.answers(true);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "アラート" })).toBeVisible();
});

test("a passkey without user verification is refused calmly", async ({ newcomer, enter }) => {
  const { page, keys } = await newcomer();
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  await keys.answers(false);
  await signOut(page).click();
  await keys.verifies(false);
  await keys.answers(true);

  await test.step("the browser itself asks for finger or PIN, and gives up", async () => {
    await signIn(page).click();
    await expect(page.getByRole("alert")).toHaveText("サインインは行われませんでした。もう一度お試しください。");
    await expect(signIn(page)).toBeEnabled();
  });

  await test.step("an answer that was made without it is refused by the hub", async () => {
    await page.route("**/sign-in/options", async (route) => {
      const answer = await route.fetch();
      const options = await answer.json();
      (options.publicKey.publicKey ?? options.publicKey).userVerification = "discouraged";
      await route.fulfill({ response: answer, json: options });
    });
    // The button goes on with what the page has begun; opened anew, it begins anew, and the field shall not be quicker.
    await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
    await page.reload();
    await signIn(page).click();
    await expect(page.getByRole("alert")).toContainText("サインインできませんでした。");
    await expect(page).toHaveURL(/\/sign-in$/);
    expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain("__Host-tsunagi");
  });

  await test.step("the ward's administrator reads of the attempt", async () => {
    const admin = await enter("ward_admin");
    await admin.goto("/sign-ins");
    await expect(admin.getByRole("row").filter({ hasText: "失敗" }).first()).toBeVisible();
  });
});

test("an invitation is good once, and an unknown code never", async ({ newcomer }) => {
  const link = linkOf(await demoLinks(), "reporter");
  const first = await newcomer();
  await enrol(first.page, link);

  const { page } = await newcomer();
  await page.goto(link.url);
  await expect(page.getByRole("alert")).toContainText("招待コードが正しくないか、期限が切れています。");
  await expect(page, "the code left the address").toHaveURL(/\/enrol$/);

  await page.goto("/enrol");
  await page.getByLabel("招待コード").fill("ABCD-EFGH-2345");
  await page.getByRole("button", { name: "次へ" }).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await expect(page.getByRole("alert")).toContainText("招待コードが正しくないか、期限が切れています。");
  await expect(page.getByLabel("招待コード")).toHaveValue("ABCD-EFGH-2345");
  await expect(page.getByLabel("招待コード")).toHaveAttribute("aria-invalid", "true");
});

test("a registration that was broken off can be tried again", async ({ newcomer }) => {
  const { page, keys } = await newcomer();
  await keys.verifies(false);
  await page.goto(linkOf(await demoLinks(), "reporter").url);
  await registers(page).click();
  await expect(page.getByRole("alert")).toHaveText("登録は行われませんでした。もう一度お試しください。");
  await keys.verifies(true);
  await registers(page).click();
  await expect(signOut(page)).toBeVisible();
});
