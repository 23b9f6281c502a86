// Hands on the keyboard only; where one is must always be seen.
import { cardOf, expect, lineOf, test } from "./kit.js";
import { focusIsSeen, tabTo } from "./look.js";

test("the sheet is filled in and sent without a mouse", async ({ asked, enter }) => {
  const child = await asked("試験 かぎこ");
  const page = await enter("reporter");
  await page.goto("/sheet");
  const card = cardOf(page, child);

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "本文へ移動" })).toBeFocused();
  await focusIsSeen(page);
  await page.keyboard.press("Enter");

  const present = card.getByRole("radio").first();
  await tabTo(page, present);
  await page.keyboard.press("Space");
  await expect(present).toBeChecked();
  for (const name of ["遅刻", "欠席"]) {
    await page.keyboard.press("ArrowRight");
    await expect(card.getByRole("radio", { name, exact: true })).toBeChecked();
    await focusIsSeen(page);
  }

  const home = card.getByRole("group", { name: "家庭からの連絡" });
  await tabTo(page, home.getByRole("radio").first());
  await page.keyboard.press("Space");
  await expect(home.getByRole("radio", { name: "あり（始業前）" })).toBeChecked();
  const reason = card.getByLabel("理由");
  await tabTo(page, reason);
  await page.keyboard.press("ArrowDown");
  await expect(reason.locator("option:checked")).toHaveText("病気");

  await tabTo(page, page.getByRole("button", { name: "送信する" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^1人分を受け付けました/);
  await expect(lineOf(page, child)).toContainText("病気");
});

test("an alert is taken without a mouse, and the focus is not lost", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.goto("/alerts");
  const line = page.getByRole("row").filter({ has: page.getByRole("button", { name: "担当する" }) }).first();
  const child = (await line.getByRole("link").first().innerText()).trim();
  await tabTo(page, line.getByRole("button", { name: "担当する" }));
  await page.keyboard.press("Space");
  await expect(page.getByRole("status").filter({ hasText: "担当になりました。" })).toBeVisible();
  await page.goto("/alerts?view=mine");
  await expect(lineOf(page, child).first()).toBeVisible();
});
