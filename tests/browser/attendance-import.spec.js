// A school's own register: its marks are explained, what would happen is shown, and only then it is recorded.
import { expect, nameOf, test } from "./kit.js";
import { look, sticksOut } from "./look.js";

/** The day in Japan. */
const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(new Date());

/** A child of the facility, from the newest sheet that has children. */
async function someChild(page) {
  await page.goto("/sheet");
  for (let back = 0; back < 10; back += 1) {
    const card = page.locator("[data-child]").first();
    if ((await card.count()) > 0) return nameOf(card);
    await page.getByRole("link", { name: "前の日" }).click();
  }
  throw new Error("no sheet has children");
}

test("a month's register comes in: marks, check, result, without a script too", async ({ enter }) => {
  const page = await enter("facility_head");
  const name = await someChild(page);
  const [year, month, day] = today().split("-").map(Number);
  const days = Array.from({ length: day }, (_, at) => at + 1);
  const marks = days.map((at) => (at === 1 ? "病" : "〇"));
  // In the first two days of a month there are too few columns to be a month.
  while (days.length < 3) marks.push(""), days.push(days.length + 1);
  const file = [["番号", "氏名", ...days], [1, name, ...marks], [2, "よその 秘密子", ...days.map(() => "病")]].map((row) => row.join(",")).join("\n");

  await page.goto("/register");
  await page.getByRole("link", { name: "ファイルを選ぶ" }).click();
  await page.getByLabel(/^月/).selectOption(`${year}-${String(month).padStart(2, "0")}`);
  await page.getByRole("button", { name: "読み込む" }).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await look(page, "register, no file");
  await page.getByLabel(/^月/).selectOption(`${year}-${String(month).padStart(2, "0")}`);
  await page.getByLabel("出席簿のファイル").setInputFiles({ name: "出席簿.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "読み込む" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "記号の意味" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("このほかの 1行は");
  await expect(page.getByRole("main")).not.toContainText("秘密子");
  await expect(page.getByRole("combobox", { name: "病 出欠" }).locator("option:checked")).toHaveText("欠席");
  await look(page, "register, marks");
  await page.getByRole("button", { name: "確認へ進む" }).click();
  await expect(page.getByRole("alert"), "whether the family called is asked, not assumed").toContainText("家庭からの連絡");
  await page.getByRole("combobox", { name: "病 家庭からの連絡" }).selectOption({ index: 1 });
  await page.getByRole("button", { name: "確認へ進む" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "取り込みの確認" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("まだ何も記録していません");
  await look(page, "register, check");
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await sticksOut(page)).toEqual([]);
  const shown = (await page.locator(".app-stats dd").allInnerTexts()).map(Number);
  expect(shown.reduce((sum, count) => sum + count, 0), "every cell is accounted for").toBe(days.length);
  await page.getByRole("button", { name: "取り込む", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${shown[0]}件を取り込みました` })).toBeVisible();
  await look(page, "register, result");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "結果をダウンロード（CSV）" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});
