// The ward's own sign-in service, a real one on another origin: set up by the admin, linked by a caseworker, approved, walked through.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, passkeys, test } from "./kit.js";
import { look } from "./look.js";

/** Somebody in a browser of their own, who may also be sent to the service. */
async function arrives(browser, role, use) {
  const context = await browser.newContext(use);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) complaints.push(line.text());
  });
  await passkeys(page);
  await enrol(page, linkOf(await demoLinks(), role));
  return { page, context, complaints };
}

/** Passes 本人確認, which stands before what is sensitive. */
async function verified(page) {
  const button = page.getByRole("button", { name: "本人確認をする" });
  await button.click();
  await expect(button).toBeHidden();
}

/** Tells the service what goes wrong from now on; nothing, when it is told nothing. */
async function told(what) {
  const answer = await fetch(`${process.env.PROVIDER_ISSUER}/control`, { method: "POST", body: JSON.stringify(what) });
  expect(answer.ok).toBe(true);
}

test("staff come in through the ward's sign-in service", async ({ browser, baseURL, locale, timezoneId, viewport }) => {
  test.setTimeout(120_000);
  const use = { baseURL, locale, timezoneId, viewport };
  const admin = await arrives(browser, "ward_admin", use);
  await admin.page.goto("/set-up");
  await admin.page.getByRole("link", { name: "自治体の認証サービス" }).click();
  await verified(admin.page);
  await expect(admin.page.getByLabel("発行者")).toHaveValue(process.env.PROVIDER_ISSUER ?? "");
  await look(admin.page, "provider, empty");
  await admin.page.getByRole("button", { name: "保存する" }).click();
  await expect(admin.page).toHaveTitle(/^エラー: /);
  await look(admin.page, "provider, refused");
  await admin.page.getByLabel("クライアントID").fill("tsunagi");
  await admin.page.getByLabel("ボタンに出す名前").fill("庁内アカウント");
  await admin.page.getByLabel("求める認証の強さ").fill("urn:ward:two");
  await admin.page.getByRole("button", { name: "保存する" }).click();
  await admin.page.getByRole("button", { name: "接続を確認する" }).click();
  await expect(admin.page.getByRole("status")).toContainText("確認できました");
  await look(admin.page, "provider, tried");

  const worker = await arrives(browser, "caseworker", use);
  await worker.page.goto("/me");
  await worker.page.getByRole("link", { name: "結び付けを見る" }).click();
  await verified(worker.page);
  await expect(worker.page.getByRole("link", { name: "庁内アカウントで確かめる" })).toBeVisible();
  await look(worker.page, "own account at the service");
  await worker.page.getByRole("link", { name: "庁内アカウントで確かめる" }).click();
  await expect(worker.page).toHaveTitle("庁内アカウント");
  await worker.page.getByLabel("職員ID").fill("tanaka");
  await worker.page.getByRole("button", { name: "サインイン" }).click();
  // Back from another site, and the strict session is there all the same.
  await expect(worker.page.getByRole("heading", { level: 1, name: "このアカウントを結び付けますか" })).toBeVisible();
  await expect(worker.page.getByText("tanaka@example.lg.jp")).toBeVisible();
  await look(worker.page, "propose");
  await worker.page.getByRole("button", { name: "このアカウントを申し出る" }).click();
  await expect(worker.page.getByRole("status")).toContainText("申し出ました");

  await admin.page.goto("/people");
  await admin.page.getByRole("link", { name: "アカウントの結び付け" }).click();
  await expect(admin.page.getByRole("row").filter({ hasText: "tanaka@example.lg.jp" })).toBeVisible();
  await look(admin.page, "bindings");
  await admin.page.getByRole("row").filter({ hasText: "tanaka@example.lg.jp" }).getByRole("link").click();
  await verified(admin.page);
  await expect(admin.page.getByRole("button", { name: "承認する" })).toBeVisible();
  await look(admin.page, "approve a binding");
  await admin.page.getByRole("button", { name: "承認する" }).click();
  await expect(admin.page.getByRole("status")).toContainText("承認しました");

  // Another browser, without any passkey.
  const context = await browser.newContext(use);
  const page = await context.newPage();
  await page.goto("/sign-in");
  await expect(page.getByRole("link", { name: "庁内アカウントでサインイン" })).toBeVisible();
  await look(page, "sign-in with a service");
  await page.getByRole("link", { name: "庁内アカウントでサインイン" }).click();
  await page.getByLabel("職員ID").fill("tanaka");
  await page.getByRole("button", { name: "サインイン" }).click();
  await expect(page.getByRole("button", { name: "サインアウト" })).toBeVisible();
  await expect(page).toHaveURL(/\/(alerts|organization)/);
  expect((await context.cookies()).map((cookie) => `${cookie.name} ${cookie.sameSite}`)).toContain("__Host-tsunagi Strict");
  await page.goto("/sign-in/provider/arrived?next=/accessibility");
  await expect(page).toHaveURL(/\/accessibility$/);

  // Out here is not out there: the door says so, and what was open shows nothing any more.
  await page.goto("/");
  await page.getByRole("button", { name: "サインアウト" }).click();
  await expect(page).toHaveURL(/\/sign-in\?left=service$/);
  await expect(page.getByRole("status")).toContainText("認証サービスには、まだ入ったままのことがあります");
  await expect(page.getByRole("link", { name: "庁内アカウントでサインイン" })).toBeVisible();
  await look(page, "signed out of here");
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("__Host-tsunagi");
  await page.goto("/alerts");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Falerts$/);

  // The service breaks down while somebody is there: a page that says whose fault it is not, and the ways on.
  const unlucky = await (await browser.newContext(use)).newPage();
  await unlucky.goto("/sign-in");
  await unlucky.getByRole("link", { name: "庁内アカウントでサインイン" }).click();
  await unlucky.getByLabel("職員ID").fill("tanaka");
  await told({ bad: "all/broken" });
  const back = unlucky.waitForResponse((response) => response.url().includes("/sign-in/provider/return"));
  await unlucky.getByRole("button", { name: "サインイン" }).click();
  expect((await back).status()).toBe(503);
  await expect(unlucky.getByRole("heading", { level: 1, name: "認証サービスが、いま使えません" })).toBeVisible();
  await expect(unlucky.getByText("「庁内アカウント」から答えがありません。")).toBeVisible();
  await expect(unlucky.getByRole("link", { name: "パスキーでサインイン" })).toHaveAttribute("href", "/sign-in");
  await look(unlucky, "service down");
  await told({});
  await unlucky.getByRole("link", { name: "もう一度ためす" }).click();
  await expect(unlucky.getByRole("button", { name: "サインアウト" })).toBeVisible();

  // An account of nobody here.
  const stranger = await (await browser.newContext(use)).newPage();
  await stranger.goto("/sign-in");
  await stranger.getByRole("link", { name: "庁内アカウントでサインイン" }).click();
  await stranger.getByLabel("職員ID").fill("yamada");
  await stranger.getByRole("button", { name: "サインイン" }).click();
  await expect(stranger.getByRole("heading", { level: 1, name: "このアカウントでは入れません" })).toBeVisible();
  await look(stranger, "unknown account");
  await stranger.goto("/sign-in/provider/return?state=x");
  await expect(stranger.getByRole("heading", { level: 1, name: "サインインできませんでした" })).toBeVisible();
  await look(stranger, "refused");
  expect([...admin.complaints, ...worker.complaints]).toEqual([]);
});
