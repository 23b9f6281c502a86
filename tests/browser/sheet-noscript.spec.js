// The daily sheet with scripting off: the same form, the same words.
import { cardOf, contact, expect, lineOf, markAbsent, send, test } from "./kit.js";

test("the sheet is filled in, refused with words, mended and received without script", async ({ asked, enter }) => {
  const child = await asked("試験 しずか");
  const page = await enter("reporter", { javaScriptEnabled: false });
  await page.goto("/sheet");
  const card = cardOf(page, child);

  await test.step("what is missing is said, and what was typed is kept", async () => {
    await markAbsent(card);
    await card.getByLabel("理由").selectOption({ label: "病気" });
    await card.getByLabel("メモ").fill("朝に熱");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await send(page).click();
    expect((await answer).status()).toBe(422);
    await expect(page).toHaveTitle(/^エラー: /);
    await expect(page.getByRole("alert")).toContainText(`${child}さんの「家庭からの連絡」を選んでください。`);
  });

  const again = cardOf(page, child);
  await expect(again.getByRole("radio", { name: "欠席", exact: true })).toBeChecked();
  await expect(again.getByLabel("理由")).toHaveValue(/.+/);
  await expect(again.getByLabel("メモ")).toHaveValue("朝に熱");

  await test.step("the mended sheet is received", async () => {
    await contact(again, "あり（始業前）");
    await send(page).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^1人分を受け付けました/);
    await expect(lineOf(page, child)).toContainText("病気");
    await expect(lineOf(page, child)).toContainText("受付済");
  });
});

test("without script the sign-in page says what is needed", async ({ open }) => {
  const page = await (await open({ javaScriptEnabled: false })).newPage();
  await page.goto("/sign-in");
  // Text searches pass over what lies in a noscript element.
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("noscript p")).toHaveText("パスキーを使うには、ブラウザの JavaScript を有効にしてください。");
  await expect(page.getByRole("button", { name: "パスキーでサインイン" })).toBeHidden();
});
