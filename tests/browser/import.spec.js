// A roster of another office: its columns are shown, its rows checked, nothing saved before somebody says so.
import { fileURLToPath } from "node:url";
import { expect, test } from "./kit.js";

const roster = (name) => fileURLToPath(new URL(`../fixtures/rosters/${name}`, import.meta.url));

async function upload(page, name) {
  await page.goto("/requests");
  await page.getByRole("link", { name: "名簿を取り込む" }).click();
  await page.getByLabel("名簿のファイル").setInputFiles(roster(name));
  await page.getByRole("button", { name: "読み込む" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "列の対応" })).toBeVisible();
}

/** 追加, 対象外, 取り込めない, as the page shows them. */
async function counts(page) {
  return (await page.locator(".app-stats dd").allInnerTexts()).map(Number);
}

test("a file with other headings and no ground comes in after it was checked", async ({ enter }) => {
  const page = await enter("caseworker");
  await upload(page, "roster-other-office-utf8.csv");

  await test.step("each column is shown with what it was taken for", async () => {
    for (const [heading, field] of [["児童氏名", "氏名"], ["ふりがな", "フリガナ"], ["所属", "施設名"], ["依頼日", "開始日"], ["備考", "取り込まない"]]) {
      await expect(page.getByRole("combobox", { name: heading }).locator("option:checked"), heading).toHaveText(field);
    }
    await expect(page.getByRole("row").filter({ hasText: "児童氏名" })).toContainText("齊藤紬");
  });

  await test.step("the ground it lacks is asked for, with words", async () => {
    await page.getByRole("button", { name: "確認へ進む" }).click();
    await expect(page).toHaveTitle(/^エラー: /);
    await expect(page.getByRole("alert")).toContainText("根拠");
    await page.locator("#ground").selectOption({ label: "指針（要対協登録）" });
    await page.getByRole("button", { name: "確認へ進む" }).click();
  });

  await expect(page.getByRole("heading", { level: 1, name: "取り込みの確認" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("まだ何も保存していません");
  const [added, known, refused] = await counts(page);
  expect([added + known, refused]).toEqual([60, 0]);
  for (const name of ["𠮷田 さくら", "﨑山 紬", "辻\u{e0100} さくら"]) await expect(page.getByRole("rowheader", { name }).first(), name).toBeVisible();

  await test.step("accepted, it is said what was saved, and the children are in the list", async () => {
    await page.getByRole("button", { name: `${added}件を取り込む` }).click();
    await expect(page.getByRole("heading", { level: 1, name: `${added}件を取り込みました` })).toBeVisible();
    await page.getByRole("link", { name: "見守り依頼の一覧へ" }).click();
    await page.getByLabel("氏名・フリガナ").fill("よしだ");
    await page.getByRole("button", { name: "絞り込む" }).click();
    await expect(page.getByRole("rowheader", { name: /𠮷田/ }).first()).toBeVisible();
    expect(new URL(page.url()).search, "no name in the address").toBe("");
  });
});

test("bad rows are refused with line, value and how to mend them; the good ones can come in", async ({ enter }) => {
  const page = await enter("caseworker");
  await upload(page, "roster-bad-rows-utf8.csv");
  await page.getByRole("button", { name: "確認へ進む" }).click();
  const table = page.getByRole("table", { name: "取り込めない行" });
  await expect(table.locator("tbody tr")).toHaveCount(9);
  for (const [line, mend] of [
    ["4行目", "入力してください"],
    ["5行目", "施設"],
    ["7行目", "日付"],
  ]) {
    await expect(table.getByRole("row").filter({ hasText: line }), line).toContainText(mend);
  }
  await expect(table.getByRole("row").filter({ hasText: "5行目" })).toContainText("存在しない小学校");
  const [added, known, refused] = await counts(page);
  expect([added + known, refused]).toEqual([3, 9]);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "取り込めない行をダウンロード（CSV）" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);

  await page.getByRole("button", { name: "取り込みをやめる" }).click();
  await expect(page).toHaveURL(/\/requests/);
});

test("a file that is no roster is refused in words", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.goto("/requests/imports/new");
  await page.getByRole("button", { name: "読み込む" }).click();
  await expect(page.getByRole("alert")).toContainText("ファイルを選んでください。");
  await page.getByLabel("名簿のファイル").setInputFiles({ name: "名簿.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n\0\0\0") });
  await page.getByRole("button", { name: "読み込む" }).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await expect(page.getByRole("alert")).toContainText("読み込");
});
