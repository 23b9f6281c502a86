// The whole life of one alert at 320 px, hands on the keyboard: taken, called, visit, sighting, reply, rest, end.
import { cardOf, contact, expect, lineOf, markAbsent, send, test } from "./kit.js";
import { focusIsSeen, look, sticksOut, tabTo } from "./look.js";

/** Folds out the form behind this summary and goes to its first field by keyboard. */
async function unfold(page, summary) {
  const line = page.locator("summary", { hasText: summary });
  await tabTo(page, line, 120);
  await page.keyboard.press("Enter");
  return page.locator("details", { has: line });
}

async function fits(page, where) {
  expect.soft(await sticksOut(page), where).toEqual([]);
  await look(page, where);
}

const status = (page, words) => page.getByRole("status").filter({ hasText: words });

test("an alert is seen through to its end without a mouse", async ({ asked, enter }) => {
  test.setTimeout(180_000);
  const child = await asked("架倉 いのち");
  const teacher = await enter("reporter");
  await teacher.goto("/sheet");
  const card = cardOf(teacher, child);
  await markAbsent(card);
  await contact(card, "なし");
  await card.getByLabel("理由").selectOption({ label: "理由不明" });
  await send(teacher).click();
  await expect(lineOf(teacher, child)).toContainText("受付済");
  const receipt = teacher.url();

  const page = await enter("caseworker", { viewport: { width: 320, height: 700 } });
  await page.goto("/alerts?since=today");
  const line = lineOf(page, child).filter({ hasText: "連絡のない欠席（当日）" });

  await test.step("it is taken from the list, and the focus is at what was done", async () => {
    await tabTo(page, line.getByRole("button", { name: /担当する/ }), 400);
    await page.keyboard.press("Enter");
    await expect(status(page, "担当になりました。")).toBeFocused();
    await page.goto("/alerts?view=mine&since=today");
    await fits(page, "inbox, mine");
    await tabTo(page, line.getByRole("link", { name: new RegExp(child) }).first(), 400);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "なぜ出たか" })).toBeVisible();
  });

  await test.step("a visit is planned", async () => {
    const form = await unfold(page, "訪問を予定する");
    await tabTo(page, form.getByLabel("訪問する日"));
    await page.keyboard.type("きのう");
    await page.keyboard.press("Enter");
    await expect(page).toHaveTitle(/^エラー: /);
    await fits(page, "visit, refused");
    const again = page.locator("details[open]");
    await again.getByLabel("訪問する日").fill(day(3));
    await again.getByLabel("訪問する時刻").fill("15:30");
    await page.keyboard.press("Enter");
    await expect(status(page, "訪問の予定を入れました。")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("訪問予定");
  });

  await test.step("it rests, and is still in sight", async () => {
    const form = await unfold(page, "保留にする");
    await tabTo(page, form.getByLabel("いつまで"));
    await page.keyboard.press("ArrowDown");
    await tabTo(page, form.getByLabel("保留の理由"));
    await page.keyboard.type("検診の結果を待つ");
    await tabTo(page, form.getByRole("button"));
    await page.keyboard.press("Space");
    await expect(status(page, "保留にしました。")).toBeVisible();
    const alert = page.url();
    await page.goto("/alerts?view=snoozed");
    await expect(line).toContainText("検診の結果を待つ");
    await fits(page, "inbox, put aside");
    await page.goto(alert);
  });

  await test.step("it is treated as a notification: 48 hours", async () => {
    const form = await unfold(page, "通告として扱う");
    await tabTo(page, form.getByRole("button"));
    await page.keyboard.press("Space");
    await expect(page.getByRole("region", { name: "安全確認（48時間）" })).toContainText("目視確認まで、あと");
    await expect(page.locator("summary", { hasText: "保留にする" })).toHaveCount(0);
    await fits(page, "alert, 48 hours");
  });

  await test.step("closing without a sighting takes a second step, and is left alone", async () => {
    const form = await unfold(page, "終結する");
    await form.getByRole("radio", { name: "他機関へ" }).check();
    await form.getByLabel("判断の理由").fill("児童相談所へ");
    await form.getByRole("button", { name: "終結する" }).click();
    await expect(page.getByRole("alert")).toContainText("本人を見た記録がありません");
    await expect(page.getByRole("checkbox", { name: /承知しています/ })).toBeVisible();
    await fits(page, "alert, closing unseen");
  });

  await test.step("the child is seen", async () => {
    const form = await unfold(page, "目視確認を記録する");
    await tabTo(page, form.getByRole("radio").first());
    await page.keyboard.press("Space");
    await focusIsSeen(page);
    await tabTo(page, form.getByLabel("確かめた人"));
    await page.keyboard.type("相談 花子");
    await tabTo(page, form.getByRole("button"));
    await page.keyboard.press("Space");
    await expect(status(page, "目視確認を記録しました。")).toBeVisible();
    await expect(page.getByRole("region", { name: "安全確認（48時間）" })).toContainText("相談 花子");
  });

  await test.step("the facility is told one neutral word", async () => {
    await tabTo(page, page.getByRole("button", { name: "「引き続き見守りを」にする" }), 120);
    await page.keyboard.press("Enter");
    await expect(status(page, "施設の画面の言葉を変えました。")).toBeVisible();
    await teacher.goto(receipt);
    await expect(lineOf(teacher, child)).toContainText("引き続き見守りを");
    await expect(teacher.getByRole("main")).not.toContainText(/保留|訪問|目視|通告|安全確認/);
  });

  await test.step("it ends, with a word on its use", async () => {
    const form = await unfold(page, "終結する");
    await form.getByRole("radio", { name: "対応済" }).check();
    await form.getByLabel("判断の理由").fill("本人に会えた。");
    await form.getByRole("radio", { name: "役に立った", exact: true }).check();
    await form.getByRole("button", { name: "終結する" }).click();
    await expect(status(page, "終結しました。")).toBeVisible();
    await fits(page, "alert, closed");
  });

  await test.step("a supervisor's pictures hold their finding and a table", async () => {
    const supervisor = await enter("supervisor", { viewport: { width: 320, height: 700 }, forcedColors: "active" });
    for (const path of ["/team", "/team/quality", "/board/facilities"]) {
      await supervisor.goto(path);
      for (const more of await supervisor.locator("main summary").all()) await more.click();
      await fits(supervisor, `${path} in forced colours`);
    }
    await supervisor.goto("/team");
    await expect(supervisor.getByRole("img", { name: /^担当ごとの件数/ })).toBeVisible();
  });
});

test("j and k move from row to row, once somebody has asked for it", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.goto("/alerts?view=closed");
  const rows = page.locator("tbody th a");
  await page.keyboard.press("j");
  await expect(rows.first()).not.toBeFocused();
  await page.getByRole("checkbox", { name: /^jキーで次の行/ }).check();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("j");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  await focusIsSeen(page);
  await page.reload();
  await expect(page.getByRole("checkbox", { name: /^jキーで次の行/ })).toBeChecked();
});

/** So many days from now, as it may be typed. */
function day(ahead) {
  const then = new Date(Date.now() + ahead * 86_400_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(then);
}
