// The conditions of alerts: each page at three widths, looked at by axe, and the way from reading one to a laxer version of it.
import { fileURLToPath } from "node:url";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";
import { look, sticksOut } from "./look.js";

const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

async function lookAll(page, name) {
  for (const [width, height] of [[320, 700], [820, 1180], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) expect.soft(await sticksOut(page), `${name} at 320`).toEqual([]);
    await page.screenshot({ path: `${pictures}rules-${name}-${width}.png`, fullPage: true });
  }
  await look(page, name);
}

const main = (page) => page.getByRole("main");
const press = (page, name) => main(page).getByRole("button", { name, exact: true }).click();
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

test("a condition is read, refused, made laxer after a second look, and keeps its versions", async ({ newcomer }) => {
  test.setTimeout(120_000);
  const { page } = await newcomer();
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  await page.goto("/rules");
  await heading(page, "アラートの条件");
  await lookAll(page, "list");
  await main(page).getByRole("link", { name: "連続欠席（7日以上）", exact: true }).click();
  await expect(main(page)).toContainText("国の指針が求める条件です");
  await lookAll(page, "demanded");

  await page.goto("/rules/A3/edit");
  const verify = main(page).getByRole("button", { name: "本人確認をする" });
  await expect(verify.or(page.getByRole("heading", { level: 1, name: "条件の変更" }))).toBeVisible();
  if (await verify.isVisible()) await verify.click();
  await heading(page, "条件の変更");
  await lookAll(page, "edit");
  await page.getByLabel("標準の日数（日）").fill("三日");
  await press(page, "保存する");
  await expect(page).toHaveTitle(/^エラー: /);
  await expect(page.getByLabel("標準の日数（日）")).toHaveValue("三日");
  await lookAll(page, "refused");
  await page.getByLabel("標準の日数（日）").fill("４");
  await page.getByLabel("変更の理由").fill("実務者会議で決めた");
  await press(page, "過去12か月で試す");
  await heading(page, "過去12か月で試した結果");
  // The page looks by itself how far it has come.
  await expect(main(page)).toContainText("変更すると、過去12か月のアラートは", { timeout: 60_000 });
  await lookAll(page, "back-test");
  await main(page).getByRole("link", { name: "この内容で変更の画面に戻る" }).click();
  await heading(page, "条件の変更");
  await expect(page.getByLabel("標準の日数（日）")).toHaveValue("4");
  await expect(page.getByLabel("変更の理由")).toHaveValue("実務者会議で決めた");
  await press(page, "保存する");
  await heading(page, "条件をゆるめる前の確認");
  await lookAll(page, "confirm");
  await press(page, "ゆるめることを確認して保存する");
  await heading(page, "連続欠席（初期）");
  await expect(main(page)).toContainText("第2版");
  await lookAll(page, "versions");
});
