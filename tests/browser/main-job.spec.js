// A school reports, a caseworker acts, the school hears no more than it needs to.
import { demoLinks } from "./hub.js";
import { cardOf, contact, enrol, expect, lineOf, linkOf, markAbsent, send, test } from "./kit.js";

/** Words of the office that a facility must never read. */
const OFFICE_WORDS = /アラート|緊急|警戒|要対協|児相|担当者|誤報|しきい値/;

test("a school reports a silent absence and a caseworker sees it through", async ({ asked, enter, newcomer }) => {
  const link = linkOf(await demoLinks(), "reporter");
  // A child nobody is handling an alert of: the teacher would read 対応中 at once.
  const child = await asked("架倉 みなと");
  const { page: teacher, keys } = await newcomer();
  const caseworker = await enter("caseworker");

  await test.step("the teacher opens the link and registers a passkey", async () => {
    await enrol(teacher, link);
    expect(await keys.count()).toBe(1);
    await expect(teacher.getByRole("heading", { level: 1, name: "今日の出欠" })).toBeVisible();
  });

  await test.step("the sheet holds the children of this facility and nobody else", async () => {
    const facility = link.organization;
    await expect(teacher.getByRole("banner")).toContainText(facility);
    const names = await teacher.locator("legend .app-child-name").allInnerTexts();
    const asked = await watchedAt(caseworker, facility);
    expect(names.map((name) => name.trim()).sort()).toEqual(asked.sort());
    const cards = await teacher.locator("[data-child] > legend").all();
    for (const card of cards) await expect(card).toContainText(/(歳児|年)( .+組)?/);
    // The reading of one child's name is not known, as happens.
    const readings = await teacher.locator("legend .app-kana").allInnerTexts();
    expect(readings.length).toBeGreaterThan(0);
    for (const reading of readings) expect(reading).toMatch(/^[ァ-ヶー・ 　]+$/);
  });

  const card = cardOf(teacher, child);

  await test.step("the caseworker has the inbox open", async () => {
    await caseworker.goto("/alerts");
    await expect(caseworker.getByRole("heading", { level: 1, name: "アラート" })).toBeVisible();
    await caseworker.evaluate(() => document.body.setAttribute("data-not-reloaded", ""));
  });
  const number = caseworker.locator("x-live-count [data-number]");
  const before = Number(await number.innerText());

  await test.step("the teacher marks the child absent without word from home, and sends", async () => {
    await markAbsent(card);
    await contact(card, "なし");
    await card.getByLabel("理由").selectOption({ label: "理由不明" });
    await send(teacher).click();
    await expect(teacher.getByRole("heading", { level: 1 })).toHaveText(/^1人分を受け付けました（\d{1,2}:\d{2}）$/);
    await expect(lineOf(teacher, child)).toContainText("受付済");
    await expect(lineOf(teacher, child)).toContainText("欠席");
    await expect(teacher.getByRole("main")).not.toContainText(OFFICE_WORDS);
  });
  const receipt = teacher.url();

  await test.step("the count and the link to what is new appear by themselves", async () => {
    await expect.poll(async () => Number(await number.innerText())).toBeGreaterThan(before);
    const news = caseworker.getByRole("link", { name: /新着\d+件/ });
    await expect(news).toBeVisible();
    await expect(caseworker.locator("body[data-not-reloaded]"), "the page was not loaded again").toHaveCount(1);
    await news.click();
  });

  await test.step("the alert says why it fired, with the days it looked at", async () => {
    const line = lineOf(caseworker, child).filter({ hasText: "連絡のない欠席（当日）" });
    await expect(line).toHaveCount(1);
    await line.getByRole("link", { name: child }).click();
    await expect(caseworker.getByRole("heading", { name: "なぜ出たか" })).toBeVisible();
    await expect(caseworker.getByRole("main")).toContainText("家庭から連絡がない欠席は、その日のうちに確かめる必要があるためです。");
    const days = caseworker.getByRole("table", { name: "判断に使った日" }).getByRole("row");
    await expect(days.filter({ hasText: "1日目" })).toContainText("欠席");
    await expect(days.filter({ hasText: "1日目" })).toContainText("なし");
  });

  await test.step("the caseworker takes it and records what was done", async () => {
    await caseworker.getByRole("button", { name: "このアラートを担当する" }).click();
    await expect(caseworker.getByRole("status").filter({ hasText: "担当になりました。" })).toBeVisible();
    await caseworker.getByText("行ったことを記録する").click();
    await caseworker.getByLabel("行ったこと", { exact: false }).first().selectOption({ label: "電話した" });
    await caseworker.getByLabel("内容").fill("園長に電話。昼まで様子を見ることにした。");
    await caseworker.getByRole("button", { name: "記録する", exact: true }).click();
    await expect(caseworker.getByRole("status").filter({ hasText: "記録しました。" })).toBeVisible();
    await expect(caseworker.getByRole("main")).toContainText("園長に電話。昼まで様子を見ることにした。");
  });

  await test.step("meanwhile the teacher reads 対応中 and no more", async () => {
    await teacher.goto(receipt);
    await expect(lineOf(teacher, child)).toContainText("対応中");
    await expect(teacher.getByRole("main")).not.toContainText(OFFICE_WORDS);
    await expect(teacher.getByRole("main")).not.toContainText("園長に電話");
  });

  await test.step("the caseworker closes it with an outcome", async () => {
    await caseworker.getByText("終結する").first().click();
    await caseworker.getByRole("radio", { name: "対応済" }).check();
    await caseworker.getByLabel("判断の理由").fill("本人の登園を施設が確かめた。");
    await caseworker.getByRole("button", { name: "終結する" }).click();
    await expect(caseworker.getByRole("status").filter({ hasText: "終結しました。" })).toBeVisible();
    await expect(caseworker.getByRole("main")).toContainText("終結（対応済）");
    await caseworker.goto("/alerts?view=closed");
    await expect(lineOf(caseworker, child).first()).toBeVisible();
  });

  await test.step("and the teacher still reads one of three neutral words only", async () => {
    await teacher.goto(receipt);
    await expect(lineOf(teacher, child).locator(".app-pill")).toHaveText(/^(対応中|引き続き見守りを)$/);
    await expect(teacher.getByRole("main")).not.toContainText(OFFICE_WORDS);
    for (const path of ["/alerts", "/board", "/requests", "/rules"]) expect((await teacher.goto(path)).status(), path).toBe(404);
  });
});

/** The names the office asks this facility about now. */
async function watchedAt(page, facility) {
  await page.goto("/requests");
  await page.getByLabel("施設").selectOption({ label: facility });
  await page.getByRole("button", { name: "絞り込む" }).click();
  await expect(page.getByLabel("施設").locator("option:checked")).toHaveText(facility);
  const rows = page.getByRole("row").filter({ hasText: /実施中|まもなく終了/ });
  return (await rows.locator(".app-child-name").allInnerTexts()).map((name) => name.trim());
}
