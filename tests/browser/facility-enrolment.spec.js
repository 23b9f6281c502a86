// A whole facility begins: written down with its staff, letters printed for all at once, everybody comes in with two passkeys, and
// the first sheet is there.
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, registers, test } from "./kit.js";
import { codesOf } from "./letters.js";
import { look } from "./look.js";

const FACILITY = "架空区立さいしょの一歩保育園";
const STAFF = [
  ["架空　園子", "カクウ ソノコ", "F0001", "施設長"],
  ["見本　松子", "ミホン マツコ", "F0002", "報告担当"],
  ["例題　竹雄", "レイダイ タケオ", "F0003", "報告担当"],
];

const main = (page) => page.getByRole("main");
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Tokyo" });

/** Goes on past 本人確認, if it is asked for. */
async function verified(page, title) {
  const verify = main(page).getByRole("button", { name: "本人確認をする" });
  await expect(verify.or(page.getByRole("heading", { level: 1, name: title }))).toBeVisible();
  if (await verify.isVisible()) await verify.click();
  await heading(page, title);
}

/** The desk writes the facility down, and its staff by a file. */
async function writeDown(page) {
  await page.goto("/organizations/new");
  await page.locator("#kind").selectOption("nursery");
  await page.locator("#name").fill(FACILITY);
  await page.locator("#calendar_template").selectOption({ index: 1 });
  // Else its name would stand with a warning where offices choose it.
  await page.locator("#council").selectOption("public");
  await main(page).getByRole("button", { name: "登録する", exact: true }).click();
  await heading(page, FACILITY);

  const head = ["氏名", "フリガナ", "職員番号", "所属", "役割", "開始日"];
  const rows = STAFF.map(([name, kana, code, role]) => [name, kana, code, FACILITY, role, today()]);
  const buffer = Buffer.from([head, ...rows].map((row) => row.join(",")).join("\r\n"));
  await page.goto("/directory/imports/new");
  await page.getByRole("radio", { name: "職員" }).check();
  await page.getByLabel("取り込むファイル").setInputFiles({ name: "職員.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "読み込む" }).click();
  await page.getByRole("button", { name: "確認へ進む" }).click();
  await page.getByRole("button", { name: `${STAFF.length}行を反映する` }).click();
  await verified(page, `${STAFF.length}行を反映しました`);
}

/** Letters for everybody who cannot come in yet; the codes on them. */
async function print(page) {
  await page.goto("/people/invitations/new");
  await verified(page, "施設ごとにまとめて招待");
  await page.locator("#organization").selectOption({ label: FACILITY });
  await main(page).getByRole("button", { name: "対象の人を見る" }).click();
  for (const [name] of STAFF) await expect(main(page).getByRole("listitem").filter({ hasText: name })).toHaveCount(1);
  await look(page, "invitations, everybody of a facility");
  const download = page.waitForEvent("download");
  await main(page).getByRole("button", { name: "手紙（PDF）をつくる" }).click();
  const codes = await codesOf(await (await download).path());
  expect(codes).toHaveLength(STAFF.length);
  expect(new Set(codes).size).toBe(STAFF.length);
  return codes;
}

/** Somebody with a letter: the code typed, a passkey in the machine, a security key as the spare. */
async function comeIn({ page, keys }, code, name) {
  await page.goto("/enrol");
  // As it is typed from paper.
  await page.getByLabel("招待コード").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "次へ" }).click();
  await expect(registers(page)).toBeVisible();
  await expect(main(page)).toContainText(FACILITY);
  await expect(main(page)).toContainText(name);
  await registers(page).click();
  await heading(page, "つぎは、予備のパスキーです");
  await keys.plug();
  await main(page).getByRole("link", { name: "予備のパスキーを登録する" }).click();
  // Verified a moment ago by the very device: nobody is asked again.
  await registers(page, "key").click();
  await expect(page.getByRole("status").filter({ hasText: "パスキーを登録しました。" })).toBeVisible();
  await expect(page.locator(".app-tasks .app-pill")).toHaveText(["済", "済"]);
  await look(page, "account, set-up complete");
  await page.goto("/sheet");
  await expect(page).toHaveURL(/\/sheet/);
  await expect(page.getByRole("button", { name: "サインアウト" })).toBeVisible();
}

test("a whole facility is enrolled from its letters and has its first sheet", async ({ newcomer, enter }) => {
  test.setTimeout(240_000);
  const admin = (await newcomer()).page;
  await enrol(admin, linkOf(await demoLinks(), "ward_admin"));
  await writeDown(admin);
  const codes = await print(admin);

  // The office asks about a child there, so that the sheet has a first line.
  const office = await enter("caseworker");
  await office.goto("/requests/new");
  await office.locator("#facility").selectOption({ label: FACILITY });
  await office.locator("#name").fill("架空　一歩");
  await office.locator("#kana").fill("カクウ イッポ");
  await office.locator("#grade").selectOption({ label: "3歳児" });
  await office.getByRole("radio", { name: "児相依頼" }).check();
  await office.getByRole("button", { name: "登録する" }).click();
  await expect(office.getByRole("heading", { level: 1 })).toContainText("一歩");

  for (const [at, code] of codes.entries()) {
    const somebody = await newcomer();
    await comeIn(somebody, code, STAFF[at][0]);
    await somebody.page.context().close();
  }
  // A letter opens once, and nobody is left to print one for.
  const late = (await newcomer()).page;
  await late.goto(`/enrol#${codes[0]}`);
  await expect(late.getByRole("alert")).toBeVisible();
  await admin.goto("/people/invitations");
  await expect(main(admin).getByRole("row").filter({ hasText: STAFF[0][0] })).toHaveCount(0);
  await admin.goto("/people/invitations/new");
  await admin.locator("#organization").selectOption({ label: FACILITY });
  await main(admin).getByRole("button", { name: "対象の人を見る" }).click();
  await expect(main(admin)).not.toContainText(STAFF[0][0]);
});
