// A lost device: asked by the head, approved by the ward's admin face to face, a new passkey, an hour of looking only.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, registers, test } from "./kit.js";

/** Passes 本人確認, which stands before what is sensitive. */
async function verified(page) {
  const button = page.getByRole("button", { name: "本人確認をする" });
  await button.click();
  await expect(button).toBeHidden();
}

test("an account comes back: asked by the head, approved by the admin, and only looks at first", async ({ newcomer, links }, info) => {
  const shown = async (page, name) => {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at ${width}`).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  // Not the facility of the reporter whose session the other tests use: a recovery ends it.
  const everybody = (await demoLinks()).filter((one) => one.organization !== linkOf(links, "reporter").organization);
  const reporterOf = (organization) => everybody.find((one) => one.role === "reporter" && one.organization === organization);
  const headLink = everybody.find((one) => one.role === "facility_head" && reporterOf(one.organization));
  const { name } = reporterOf(headLink.organization);
  const head = (await newcomer()).page;
  await enrol(head, headLink);
  await head.goto("/recoveries");
  await shown(head, "empty");
  await head.getByRole("link", { name: "復旧を申し出る" }).click();
  await expect(head.getByRole("heading", { level: 1, name: "だれの復旧を申し出ますか" })).toBeVisible();
  await shown(head, "whom");
  await head.getByRole("link", { name, exact: true }).click();
  await verified(head);
  await expect(head.getByRole("heading", { level: 1, name: "復旧を申し出る" })).toBeVisible();
  await expect(head.getByText("別の人（管理者）が、本人と会って確かめ、認めます。")).toBeVisible();
  await shown(head, "ask");
  await head.getByRole("radio", { name: "なくした・盗まれた" }).check();
  await head.getByRole("button", { name: "復旧を申し出る" }).click();
  await expect(head.getByRole("status")).toHaveText("復旧を申し出ました。別の人の確認を待っています。");

  const admin = (await newcomer()).page;
  await enrol(admin, linkOf(await demoLinks(), "ward_admin"));
  await admin.goto("/recoveries");
  await shown(admin, "list");
  await admin.getByRole("row").filter({ hasText: name }).getByRole("link", { name: "確かめて認める" }).click();
  await verified(admin);
  await expect(admin.getByRole("heading", { level: 1, name: "復旧を確かめて認める" })).toBeVisible();
  await shown(admin, "approve");
  await admin.getByRole("button", { name: "認めて、コードを出す" }).click();
  await expect(admin).toHaveTitle(/^エラー: /);
  await admin.getByLabel("本人と対面して、確かめました").check();
  await admin.getByRole("button", { name: "認めて、コードを出す" }).click();
  await expect(admin.getByRole("heading", { level: 1, name: "復旧のコード" })).toBeVisible();
  const code = await admin.locator(".app-code").innerText();
  await shown(admin, "code");

  const { page, keys } = await newcomer();
  await page.goto("/recovery");
  await shown(page, "type");
  await page.getByLabel("復旧のコード").fill(code.toLowerCase());
  await page.getByRole("button", { name: "次へ" }).click();
  await expect(page.getByText(name)).toBeVisible();
  await shown(page, "passkey");
  await registers(page).click();
  await expect(page.getByRole("button", { name: "サインアウト" })).toBeVisible();
  expect(await keys.count()).toBe(1);
  await expect(page).toHaveURL(/\/sheet/);
  // The page is theirs to read; what they send is not taken yet, on whatever day of the week.
  const refused = await page.evaluate(async () => {
    const day = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Tokyo" });
    const answer = await fetch(`/sheet/${day}`, { method: "POST", body: new URLSearchParams({ idempotency_key: crypto.randomUUID() }) });
    return `${answer.status} ${await answer.text()}`;
  });
  expect(refused).toMatch(/^403 /);
  expect(refused).toContain("いまは見ることだけができます");

  await admin.goto("/recoveries");
  await expect(admin.getByRole("row").filter({ hasText: name })).toContainText("復旧済み");
  const again = (await newcomer()).page;
  await again.goto(`/recovery#${code}`);
  await expect(again.getByRole("alert")).toContainText("復旧のコードが正しくないか、いまは使えません。");
});
