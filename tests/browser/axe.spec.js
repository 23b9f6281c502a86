// WCAG 2.2 AA on every page of every role, in both languages, and in the states pages are seldom seen in.
import { fileURLToPath } from "node:url";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, markAbsent, registers, send, test, unreported } from "./kit.js";
import { look, sticksOut } from "./look.js";
import { OPEN_PAGES, ROLES, firstOfKind, walk } from "./walk.js";

// The words are the same for everybody.
const isNewInEnglish = firstOfKind();
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));
const roster = fileURLToPath(new URL("../fixtures/rosters/roster-bad-rows-utf8.csv", import.meta.url));

/** The pages in Japanese, then those of a new kind in English. */
async function lookAtAll(page, paths) {
  for (const path of paths) {
    await page.goto(path);
    await look(page, path);
  }
  await page.getByRole("button", { name: "English" }).click();
  for (const path of paths.filter(isNewInEnglish)) {
    await page.goto(path);
    await expect.soft(page.locator("html"), path).toHaveAttribute("lang", "en");
    await look(page, `${path} in English`);
  }
}

/** Posts the page's main form as it is and expects it back with words. */
async function refused(page, button) {
  await page.getByRole("main").getByRole("button", { name: button, exact: true }).click();
  await expect(page).toHaveTitle(/^エラー: /);
}

test("pages before sign-in", async ({ open }) => {
  await lookAtAll(await (await open()).newPage(), [...OPEN_PAGES, "/nothing-here"]);
});

for (const role of ROLES) {
  test(`pages of ${role}`, async ({ enter }) => {
    test.setTimeout(240_000);
    const page = await enter(role);
    const { pages } = await walk(page, role);
    await lookAtAll(page, pages);
  });
}

test("enrolment, and a sign-in that failed", async ({ newcomer }) => {
  const { page, keys } = await newcomer();
  await page.goto("/enrol");
  await page.getByRole("button", { name: "次へ" }).click();
  await look(page, "enrol, no code");
  const link = linkOf(await demoLinks(), "supervisor");
  await page.goto(link.url);
  await expect(registers(page)).toBeVisible();
  await look(page, "enrol, passkey");
  await enrol(page, linkOf(await demoLinks(), "supervisor"));
  await keys.answers(false);
  await page.getByRole("button", { name: "サインアウト" }).click();
  await keys.verifies(false);
  await keys.answers(true);
  await page.getByRole("button", { name: "パスキーでサインイン" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "sign-in, failed");
});

test("choosing between two offices", async ({ newcomer }) => {
  const [, two] = (await demoLinks()).filter((link) => link.role === "caseworker");
  const { page } = await newcomer();
  await page.goto(two.url);
  await registers(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "どの組織として入りますか" })).toBeVisible();
  await look(page, "organization");
  const offices = page.getByRole("main").getByRole("button");
  await expect(offices).toHaveCount(2);
  const second = (await offices.nth(1).locator("strong").innerText()).trim();
  await offices.nth(1).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("banner")).toContainText(second);
  await expect(page.getByRole("heading", { level: 1, name: "つぎは、予備のパスキーです" })).toBeVisible();
  await look(page, "welcome");
  await page.getByRole("link", { name: "あとで登録して、はじめる" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "アラート" })).toBeVisible();
});

test("the sheet opened, refused, corrected", async ({ enter }) => {
  const page = await enter("reporter");
  await page.goto("/sheet");
  const card = unreported(page).first();
  await markAbsent(card);
  for (const more of await card.locator("summary").all()) await more.click();
  await look(page, "sheet, everything open");
  await send(page).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await look(page, "sheet, refused");

  await page.goto("/sheet");
  await send(page).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await look(page, "sheet, nothing entered");

  const yesterday = page.getByRole("link", { name: "前の日" });
  await page.goto("/sheet");
  await yesterday.click();
  await look(page, "sheet of yesterday");
  const other = page.locator("[data-child]").filter({ hasNot: page.locator("input[value='late']:checked") }).first();
  await other.getByRole("radio", { name: "遅刻", exact: true }).check();
  await send(page).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await page.getByRole("alert").getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: "報告の訂正" })).toBeVisible();
  await look(page, "correction");
  await refused(page, "訂正を送信する");
  await look(page, "correction, refused");
});

test("an alert in every state of its page", async ({ enter }) => {
  const page = await enter("supervisor");
  const other = await enter("caseworker");
  await page.goto("/alerts");
  await page.getByRole("table").getByRole("link").last().click();
  await look(page, "alert, open");
  await other.goto(page.url());
  await page.getByRole("button", { name: "このアラートを担当する" }).click();
  await look(page, "alert, just taken");

  await other.getByRole("button", { name: "このアラートを担当する" }).click();
  await expect(other.getByRole("heading", { name: /^先に.+さんが更新しました$/ })).toBeVisible();
  await look(other, "alert, conflict");

  for (const [summary, button] of [["行ったことを記録する", "記録する"], ["引き継ぐ", "引き継ぐ"], ["終結する", "終結する"]]) {
    await page.locator("summary", { hasText: summary }).click();
    await refused(page, button);
    await look(page, `alert, refused: ${summary}`);
  }
  await page.goto("/alerts?view=unassigned&severity=info");
  await look(page, "inbox, narrowed");
});

test("a request to watch, refused and ended", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.goto("/requests/new");
  await refused(page, "登録する");
  await look(page, "request, refused");

  await page.goto("/requests");
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("link", { name: "担当を決める" }).click();
  await look(page, "assignment");
  await page.goBack();
  await page.getByRole("link", { name: "依頼を終える" }).click();
  await page.getByLabel("情報提供の終了日").fill("きのう");
  await refused(page, "依頼を終える");
  await look(page, "ending, refused");

  await page.goto("/requests");
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("link", { name: "転校・転園・卒園を登録する" }).click();
  await look(page, "transfer");
  await page.getByLabel("今の施設での最後の日").fill("きのう");
  await refused(page, "内容を確かめる");
  await look(page, "transfer, refused");
  await page.getByLabel("今の施設での最後の日").fill("2027-03-31");
  await page.getByLabel("まだ決まっていない").check();
  await page.getByRole("button", { name: "内容を確かめる" }).click();
  await look(page, "transfer, to be confirmed");
  await page.goto("/requests/holds");
  await look(page, "hold list");
  await page.goto("/requests/holds?list=graduates");
  await look(page, "hold list, graduates");
  await page.goto("/requests/promotion");
  await look(page, "new grades");
  await page.getByRole("table").getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("の進級");
  await look(page, "new grades of one facility");

  await page.goto("/requests");
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("link", { name: "支援措置の登録・更新・解除" }).click();
  await expect(page.getByRole("main").getByRole("button", { name: "本人確認をする" })).toBeVisible();
  await look(page, "support measures, before the person is verified");

  await page.goto("/requests");
  await page.getByLabel("氏名・フリガナ").fill("いない子の名前");
  await page.getByRole("button", { name: "絞り込む" }).click();
  await expect(page.getByRole("heading", { name: "条件に合う見守り依頼はありません" })).toBeVisible();
  await look(page, "requests, none");
});

test("an import at each step", async ({ enter }) => {
  const page = await enter("caseworker");
  await page.goto("/requests/imports/new");
  await refused(page, "読み込む");
  await look(page, "import, no file");
  await page.getByLabel("名簿のファイル").setInputFiles(roster);
  await page.getByRole("button", { name: "読み込む" }).click();
  await look(page, "import, columns");
  const name = page.getByRole("combobox", { name: "氏名" });
  await name.selectOption({ label: "取り込まない" });
  await refused(page, "確認へ進む");
  await look(page, "import, columns refused");
  await name.selectOption({ label: "氏名" });
  await page.getByRole("button", { name: "確認へ進む" }).click();
  await look(page, "import, check");
  await page.getByRole("button", { name: /^\d+件を取り込む$/ }).click();
  await expect(page.getByRole("heading", { name: /件を取り込みました$/ })).toBeVisible();
  await look(page, "import, result");
});

test("closed days and the trail, refused and empty", async ({ enter }) => {
  const head = await enter("facility_head");
  await head.goto("/calendar");
  await refused(head, "設定する");
  await look(head, "calendar, refused");

  const admin = await enter("ward_admin");
  await admin.goto("/holidays");
  await refused(admin, "設定する");
  await look(admin, "holidays, refused");
  await admin.goto("/organizations");
  await admin.getByLabel("名称").fill("ない施設");
  await admin.getByRole("button", { name: "絞り込む" }).click();
  await look(admin, "organizations, none");
  await admin.goto("/organizations/new");
  await refused(admin, "登録する");
  await look(admin, "organization, refused");
  await admin.goto("/templates/new");
  await refused(admin, "作る");
  await look(admin, "template, refused");

  const auditor = await enter("auditor");
  await auditor.goto("/trail");
  await auditor.getByLabel("開始日").fill("きのう");
  await refused(auditor, "絞り込む");
  await look(auditor, "trail, refused");
  await auditor.goto("/trail?since=R1.5.1&until=R1.5.2");
  await expect(auditor.getByRole("heading", { name: "条件に合う記録はありません" })).toBeVisible();
  await look(auditor, "trail, empty");
});

test("pages behind 本人確認", async ({ newcomer }) => {
  test.setTimeout(240_000);
  const { page } = await newcomer();
  const links = await demoLinks();
  await enrol(page, linkOf(links, "ward_admin"));
  const idOf = async (path, name) => {
    await page.goto(path);
    const href = await page.getByRole("main").getByRole("link", { name, exact: true }).first().getAttribute("href");
    return href.split("/").at(-1);
  };
  const { organization, name } = linkOf(links, "reporter");
  const facility = `/organizations/${await idOf(`/organizations?q=${encodeURIComponent(organization)}`, organization)}`;
  await page.goto("/people");
  await page.getByLabel("氏名・フリガナ・職員番号").fill(name);
  await page.getByRole("button", { name: "絞り込む" }).click();
  const person = await page.getByRole("main").locator("tbody th a").first().getAttribute("href");

  const behind = {
    security: `${facility}/security`, closing: `${facility}/closing`, merging: `${facility}/merging`, limits: "/session-limits",
    edit: `${person}/edit`, grant: `${person}/memberships/new`, suspension: `${person}/suspension`, leaving: `${person}/leaving`,
    recovery: `${person}/recovery`, newcomer: "/people/new", invite: "/people/invitations/new",
    "everybody-out": "/people/everybody-out",
  };
  for (const [called, path] of Object.entries(behind)) {
    await page.goto(path);
    const verify = page.getByRole("main").getByRole("button", { name: "本人確認をする" });
    if (await verify.isVisible()) {
      // The button goes at once; the page it led to comes after.
      const arrived = page.waitForEvent("load");
      await verify.click();
      await arrived;
      await expect(verify).toBeHidden();
    }
    await lookClosely(page, called);
  }

  await page.goto(`${facility}/tokens`);
  await lookClosely(page, "tokens");
  await page.locator("#name").fill("試験のシステム");
  await page.getByRole("button", { name: "作る", exact: true }).click();
  await page.getByRole("main").getByRole("button", { name: "本人確認をする" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "トークンを作りました" })).toBeVisible();
  await lookClosely(page, "token-created");

  await page.goto(`${facility}/merging`);
  await refused(page, "統合を登録する");
  await lookClosely(page, "merging-refused");

  // A plan, and the page that takes it back.
  await page.goto("/organizations/new");
  await page.locator("#kind").selectOption({ index: 1 });
  await page.locator("#name").fill("試験のためのセンター");
  await page.getByRole("main").getByRole("button", { name: "登録する", exact: true }).click();
  await page.waitForURL(/\/organizations\/[0-9a-f-]{36}/);
  const planned = new URL(page.url()).pathname;
  await page.goto(`${planned}/closing`);
  await page.locator("#last_on").fill(`${new Date().getFullYear() + 1}-03-31`);
  await page.getByRole("button", { name: "閉鎖を登録する" }).click();
  await lookClosely(page, "planned");
  await page.getByRole("link", { name: "閉鎖・統合の予定を取りやめる" }).click();
  await lookClosely(page, "reopening");
  await page.getByRole("button", { name: "予定を取りやめる" }).click();
  await expect(page.getByRole("status")).toContainText("予定を取りやめました");
});

test("asking in an emergency", async ({ newcomer }) => {
  const { page } = await newcomer();
  await enrol(page, linkOf(await demoLinks(), "caseworker"));
  await page.goto("/emergency");
  await lookClosely(page, "emergency");
  const open = page.getByRole("button", { name: "本人確認をして開く" });
  await open.click();
  await page.getByRole("main").getByRole("button", { name: "本人確認をする" }).click();
  await expect(page).toHaveTitle(/^エラー: /);
  await lookClosely(page, "emergency-refused");
  await page.locator("#name").fill("無名　太郎");
  await page.locator("#grade").selectOption({ index: 1 });
  await page.getByLabel("警察・病院からの照会").check();
  await page.locator("#words").fill("架空警察署から保護の照会があった");
  await open.click();
  await expect(page.getByRole("alert")).toContainText("見つかりませんでした");
  await expect(page.locator("#name")).toHaveValue("無名　太郎");
  await lookClosely(page, "emergency-nothing");
});

test("a child of another office, for an hour", async ({ newcomer }) => {
  const [one, two] = (await demoLinks()).filter((link) => link.role === "caseworker");
  const { page: theirs } = await newcomer();
  await enrol(theirs, one);
  const { name, place } = await childOf(theirs, "架空区子ども家庭支援センター");
  const { page } = await newcomer();
  await enrol(page, two);
  // The branch does not see what the office above it asks.
  await page.getByRole("main").getByRole("button").nth(1).click();
  await page.goto("/emergency");
  await page.locator("#name").fill(name);
  const grades = await page.locator("#grade option:not([value=''])").allInnerTexts();
  await page.locator("#grade").selectOption({ label: grades.find((grade) => place.includes(grade)) });
  await page.getByLabel("警察・病院からの照会").check();
  await page.locator("#words").fill("架空警察署から保護の照会があった");
  await page.getByRole("button", { name: "本人確認をして開く" }).click();
  await page.getByRole("main").getByRole("button", { name: "本人確認をする" }).click();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await lookClosely(page, "emergency-open");
  await page.getByRole("button", { name: "閲覧を終える" }).click();
  await expect(page.getByRole("status")).toContainText("緊急閲覧を終えました");
  await lookClosely(page, "emergency-ended");
});

/** Name and grade of the first child the office itself asks about. */
async function childOf(page, office) {
  await page.goto("/requests");
  const addresses = await page.locator("main tbody a").evaluateAll((all) => all.map((link) => link.href));
  for (const address of addresses) {
    await page.goto(address);
    const asking = await page.locator("dt", { hasText: "依頼した機関" }).locator("+ dd").innerText();
    if (asking.trim() !== office) continue;
    const heading = page.getByRole("heading", { level: 1 });
    const name = await heading.evaluate((it) => [...it.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim());
    return { name, place: await heading.locator(".app-small").innerText() };
  }
  throw new Error(`${office} asks about nobody`);
}

/** The page at three widths: it fits, and nobody is kept out. */
async function lookClosely(page, name) {
  for (const [width, height] of [[320, 700], [820, 1180], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) expect.soft(await sticksOut(page), name).toEqual([]);
    await page.screenshot({ path: `${pictures}behind-${name}-${width}.png`, fullPage: true });
  }
  await look(page, name);
}
