// The new school year comes as a file: its columns are shown, its rows checked, and nothing is saved before the person was asked again.
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

/** The page as it is, wide and narrow: it fits, and nobody is kept out. */
async function lookAt(page, name) {
  for (const [width, height] of [[320, 700], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(wide, `${name} at 320`).toBeLessThanOrEqual(320);
    }
    await page.screenshot({ path: `${pictures}year-start-${name}-${width}.png`, fullPage: true });
  }
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(WCAG).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
  expect.soft(told, name).toEqual([]);
}

/** A day of the next April, as the file writes it. */
const april = () => {
  const now = new Date();
  return `${now.getMonth() < 3 ? now.getFullYear() : now.getFullYear() + 1}-04-01`;
};

test("the people of the new year come in by a file", async ({ newcomer }) => {
  test.setTimeout(120_000);
  const { page } = await newcomer();
  const links = await demoLinks();
  const [place, office] = [linkOf(links, "reporter").organization, linkOf(links, "ward_admin").organization];
  await enrol(page, linkOf(links, "ward_admin"));
  await page.goto("/organizations");
  await page.getByRole("link", { name: "組織・職員の取り込み" }).click();
  const heading = (name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await heading("組織・職員の取り込み");
  await page.getByRole("button", { name: "読み込む" }).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await lookAt(page, "upload-refused");

  const rows = [
    ["氏名", "職員番号", "所属", "役割", "開始日", "終了日"],
    ["架空　春子", "Y0001", place, "報告担当", april(), ""],
    ["架空　夏男", "Y0002", place, "報告担当", april(), ""],
    ["架空　秋江", "Y0003", office, "自治体の管理者", april(), ""],
    ["架空　冬樹", "Y0004", "ない学校", "報告担当", "2月30日", ""],
  ];
  const buffer = Buffer.from(rows.map((row) => row.join(",")).join("\r\n"));
  await page.getByRole("radio", { name: "職員" }).check();
  await page.getByLabel("取り込むファイル").setInputFiles({ name: "年度当初.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "読み込む" }).click();
  await heading("列の対応");
  await expect(page.getByRole("combobox", { name: "職員番号" }).locator("option:checked")).toHaveText("職員番号");
  await lookAt(page, "mapping");

  await page.getByRole("button", { name: "確認へ進む" }).click();
  await heading("取り込みの確認");
  expect((await page.locator(".app-stats dd").allInnerTexts()).slice(0, 4).map(Number)).toEqual([3, 0, 0, 1]);
  await expect(page.getByRole("row").filter({ hasText: "架空　秋江" })).toContainText("もう一人の管理者の承認が要ります");
  await lookAt(page, "check");
  const refused = page.waitForEvent("download");
  await page.getByRole("link", { name: "誤りのある行" }).click();
  expect((await refused).suggestedFilename()).toBe("directory-refused.xlsx");

  await page.getByRole("button", { name: "3行を反映する" }).click();
  await page.getByRole("main").getByRole("button", { name: "本人確認をする" }).click();
  await heading("3行を反映しました");
  await lookAt(page, "result");
  const result = page.waitForEvent("download");
  await page.getByRole("link", { name: "結果のファイル" }).click();
  expect((await result).suggestedFilename()).toBe("directory-result.xlsx");
});
