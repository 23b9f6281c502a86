// The ward's desk for people: each page at three widths, looked at by axe, and the way from somebody new to a letter and a stop.
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

/** The page as it is at three widths: it fits, and nobody is kept out. */
async function lookAll(page, name) {
  for (const [width, height] of [[320, 700], [820, 1180], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(wide, `${name} at 320`).toBeLessThanOrEqual(320);
    }
    await page.screenshot({ path: `${pictures}people-${name}-${width}.png`, fullPage: true });
  }
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(WCAG).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
  expect.soft(told, name).toEqual([]);
}

const main = (page) => page.getByRole("main");
const press = (page, name) => main(page).getByRole("button", { name, exact: true }).click();
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

/** Goes on past 本人確認, if it is asked for. */
async function verified(page, title) {
  const verify = main(page).getByRole("button", { name: "本人確認をする" });
  await expect(verify.or(page.getByRole("heading", { level: 1, name: title }))).toBeVisible();
  if (await verify.isVisible()) await verify.click();
  await heading(page, title);
}

test("somebody new is written down, invited, given a role, and stopped", async ({ newcomer }) => {
  test.setTimeout(180_000);
  const { page } = await newcomer();
  const links = await demoLinks();
  await enrol(page, linkOf(links, "ward_admin"));
  const [facility, office] = ["reporter", "ward_admin"].map((role) => ({ label: linkOf(links, role).organization }));
  await page.goto("/people");
  await heading(page, "職員");
  await lookAll(page, "list");
  await page.goto("/people?lack=never");
  await lookAll(page, "list-never");

  await page.goto("/people/new");
  await verified(page, "職員を登録");
  await lookAll(page, "new");
  await press(page, "登録する");
  await expect(page).toHaveTitle(/^エラー: /);
  await lookAll(page, "new-refused");
  await page.locator("#name").fill("試験　花子");
  await page.locator("#kana").fill("しけん　はなこ");
  await page.locator("#organization").selectOption(facility);
  await page.locator("#role").selectOption("reporter");
  await press(page, "登録する");
  await heading(page, "試験");
  const person = new URL(page.url()).pathname;
  await lookAll(page, "show");

  await page.goto(`${person}/edit`);
  await verified(page, "登録内容を変える");
  await lookAll(page, "edit");
  await page.goto(`${person}/invitation`);
  await verified(page, "招待の手紙");
  await lookAll(page, "letter");
  const download = page.waitForEvent("download");
  await press(page, "手紙（PDF）をつくる");
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
  await page.goto("/people/invitations");
  await lookAll(page, "invitations");
  await page.goto("/people/invitations/new");
  await page.locator("#organization").selectOption(facility);
  await press(page, "対象の人を見る");
  await lookAll(page, "invite");

  await page.goto(`${person}/memberships/new`);
  await verified(page, "所属と役割を加える");
  await lookAll(page, "grant");
  await page.locator("#organization").selectOption(office);
  await page.locator("#role").selectOption("auditor");
  await press(page, "加える");
  await expect(page.getByRole("status")).toContainText("別の管理者");
  await lookAll(page, "show-proposed");
  await page.goto("/people/proposals");
  await lookAll(page, "proposals");
  await page.goto(await page.locator("form[action*='/proposals/']").first().getAttribute("action"));
  await verified(page, "申し出の承認");
  await lookAll(page, "approve");

  await page.goto(person);
  await main(page).getByRole("link", { name: /^終える/ }).first().click();
  await verified(page, "所属と役割を終える");
  await lookAll(page, "ending");
  await page.goto(`${person}/leaving`);
  await heading(page, "退職を登録する");
  await lookAll(page, "leaving");
  await page.goto(`${person}/suspension`);
  await verified(page, "利用を止める");
  await lookAll(page, "suspension");
  await press(page, "利用を止める");
  await expect(page.getByRole("status")).toContainText("利用を止めました");
  await page.goto(`${person}/reinstatement`);
  await verified(page, "利用を再開する");
  await lookAll(page, "reinstatement");
});
