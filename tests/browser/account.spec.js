// One's own account: the spare passkey, names, what was lost is removed; each step by keyboard, after the person was verified.
import { fileURLToPath } from "node:url";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, registers, sessionOf, test } from "./kit.js";
import { look, sticksOut, tabTo } from "./look.js";

const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

/** The page as it is at three widths: it fits, and nobody is kept out. */
async function lookAll(page, name) {
  for (const [width, height] of [[320, 700], [820, 1180], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) expect.soft(await sticksOut(page), name).toEqual([]);
    if (width !== 820) await look(page, `${name} at ${width}`);
    await page.screenshot({ path: `${pictures}account-${name}-${width}.png`, fullPage: true });
  }
}

const press = async (page, locator, key = "Enter") => {
  await tabTo(page, locator);
  await page.keyboard.press(key);
};
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
const verify = (page) => page.getByRole("main").getByRole("button", { name: "本人確認をする" });
const card = (page, name) => page.locator(".app-own > li").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("a spare is registered, named, and what was lost is removed", async ({ newcomer }) => {
  test.setTimeout(120_000);
  const { page, keys } = await newcomer();
  // A browser whose field offers nothing: else the machine might say yes to the field before the button is pressed.
  await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
  await enrol(page, linkOf(await demoLinks(), "reporter"));

  await test.step("a sign-in of another hour is verified again before a passkey is added", async () => {
    await page.getByRole("button", { name: "サインアウト" }).click();
    await page.getByRole("button", { name: "パスキーでサインイン" }).click();
    await heading(page, "今日の出欠");
    await page.goto("/me");
    await lookAll(page, "me");
    const link = page.getByRole("main").locator("a[href='/me/passkeys/new']");
    await press(page, link);
    await heading(page, "本人確認");
    await lookAll(page, "verify");
    await press(page, verify(page));
    await expect(registers(page, "key")).toBeVisible();
    await lookAll(page, "kinds");
  });

  await test.step("a touch that was not given is told, and the three ways are still there", async () => {
    // No security key is in the machine.
    const kinds = await page.locator("[data-start]").allInnerTexts();
    await page.evaluate(() => { navigator.credentials.create = async () => { throw new DOMException("", "NotAllowedError"); }; });
    await press(page, registers(page, "key"));
    await expect(page.getByRole("alert")).toHaveText("登録は行われませんでした。もう一度お試しください。");
    expect(await page.locator("[data-start]").allInnerTexts()).toEqual(kinds);
    await page.reload();
  });

  await test.step("the security key is registered", async () => {
    await keys.plug();
    await press(page, registers(page, "key"));
    await expect(page.getByRole("status").filter({ hasText: "パスキーを登録しました。" })).toBeVisible();
    await expect(card(page, "セキュリティキー")).toHaveCount(1);
    await lookAll(page, "two");
  });

  await test.step("a name that is none is kept and explained, another one is taken", async () => {
    const own = card(page, "セキュリティキー");
    await press(page, own.locator("summary"));
    const field = own.getByRole("textbox");
    await tabTo(page, field);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    await expect(page).toHaveTitle(/^エラー: /);
    await lookAll(page, "name-refused");
    await press(page, page.getByRole("alert").getByRole("link"));
    await page.keyboard.type("鍵束のキー");
    await page.keyboard.press("Enter");
    await expect(card(page, "鍵束のキー")).toHaveCount(1);
  });

  await test.step("it is removed after the person was verified", async () => {
    await press(page, card(page, "鍵束のキー").getByRole("link", { name: "外す" }));
    await heading(page, "本人確認");
    await press(page, verify(page));
    await heading(page, "パスキーを外す");
    await lookAll(page, "removal");
    await press(page, page.getByRole("button", { name: "このパスキーを外す" }));
    await expect(page.getByRole("status").filter({ hasText: "パスキーを外しました。" })).toBeVisible();
    await expect(card(page, "鍵束のキー")).toHaveCount(0);
  });
});

test("a browser elsewhere is signed out from here", async ({ newcomer, open }) => {
  const { page } = await newcomer();
  await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
  await enrol(page, linkOf(await demoLinks(), "facility_head"));
  const elsewhere = await open();
  await elsewhere.addCookies(await sessionOf(page.context()));
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "パスキーでサインイン" }).click();
  await heading(page, "今日の出欠");
  const there = await elsewhere.newPage();
  await there.goto("/sheet");
  await heading(there, "今日の出欠");

  const rows = page.locator("tbody tr");
  await page.goto("/me");
  await expect(rows.filter({ hasText: "この画面" })).toHaveCount(1);
  await expect(rows.filter({ hasText: "終わらせる" })).not.toHaveCount(0);
  await page.getByRole("button", { name: "ほかのサインインをすべて終わらせる" }).click();
  // One touch, and the wish that waited is carried out.
  await press(page, verify(page));
  await expect(page.getByRole("status").filter({ hasText: "サインインを終わらせました。" })).toBeVisible();
  await expect(rows).toHaveCount(1);
  await there.goto("/sheet");
  await expect(there).toHaveURL(/\/sign-in/);
});
