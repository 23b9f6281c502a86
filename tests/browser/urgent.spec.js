// 至急連絡: two taps from any page, through a lost connection, with a receipt that holds.
import { expect, test } from "./kit.js";
import { look, sticksOut } from "./look.js";

async function fill(page, child, facts) {
  await page.getByRole("radio", { name: new RegExp(child) }).check();
  await page.getByRole("checkbox", { name: /不自然なけが/ }).check();
  await page.getByLabel("いつ").fill("けさ8時40分");
  await page.getByLabel("どこで").fill("着替えのとき");
  await page.getByLabel("だれが見た").fill("担任");
  await page.getByLabel("何があった").fill(facts);
  await page.getByRole("radio", { name: "園にいる" }).or(page.getByRole("radio", { name: "学校にいる" })).check();
  await page.getByLabel("電話番号").fill("03-1234-5678");
  await page.getByLabel("何時まで").fill("20時まで");
}

test("an urgent report is written, looked over, sent through a bad line, received once and heard at the office", async ({ asked, enter }) => {
  const child = await asked("試験 いそぐ");
  const facts = "右ほほに青あざ。「ころんだ」と言う。";
  const page = await enter("reporter", { viewport: { width: 820, height: 1180 } });
  const office = await enter("caseworker");
  await office.goto("/alerts");

  await test.step("from the calendar, as from any page, the form is one press away", async () => {
    await page.goto("/calendar");
    await page.getByRole("banner").getByRole("link", { name: "至急連絡" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "至急連絡" })).toBeVisible();
    await expect(page.getByRole("note")).toContainText("110");
    await expect(page.getByRole("note")).toContainText("189");
  });

  await test.step("offline nothing is lost", async () => {
    await fill(page, child, facts);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "内容を確かめる" }).click();
    await expect(page.getByRole("alert")).toContainText("書いた内容は残っています");
    await expect(page.getByLabel("何があった")).toHaveValue(facts);
    await page.context().setOffline(false);
    await expect(page.getByRole("heading", { level: 1, name: "この内容で送りますか" })).toBeVisible();
  });

  await test.step("it can be changed, and is asked about again", async () => {
    await page.getByRole("button", { name: "書き直す" }).click();
    await expect(page.getByLabel("何があった")).toHaveValue(facts);
    await page.getByRole("button", { name: "内容を確かめる" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "この内容で送りますか" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(facts);
    await look(page, "urgent, asked once more");
  });

  await test.step("an answer lost on the way is not a second report", async () => {
    await page.route("**/urgent", async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    }, { times: 1 });
    await page.getByRole("button", { name: "至急連絡を送る" }).click();
    await expect(page.getByRole("alert")).toContainText("通信できません");
    await page.getByRole("button", { name: "至急連絡を送る" }).click();
    await expect(page.getByRole("heading", { level: 1, name: /^至急連絡を受け付けました/ })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(facts);
    await look(page, "urgent, received");
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sticksOut(page)).toEqual([]);
    await page.setViewportSize({ width: 820, height: 1180 });
  });

  await test.step("the office hears of one, and reads it word for word", async () => {
    await office.goto("/alerts");
    const line = office.getByRole("row").filter({ hasText: child }).filter({ hasText: "施設からの至急連絡" });
    await expect(line).toHaveCount(1);
    await expect(line).not.toContainText("2通");
    await line.getByRole("link", { name: child }).click();
    await expect(office.getByRole("main")).toContainText(facts);
    await expect(office.getByRole("main")).toContainText("03-1234-5678");
  });

  await test.step("the receipt is checked by whoever holds it", async () => {
    const note = await page.getByRole("region", { name: "署名つきの控え" }).innerText();
    expect(note).not.toContain(child);
    await page.getByRole("link", { name: "控えを確かめる" }).click();
    await page.getByRole("textbox", { name: "控え" }).fill(note);
    await page.getByRole("button", { name: "確かめる" }).click();
    await expect(page.getByRole("heading", { name: "本物の控えです" })).toBeVisible();
    await page.getByRole("textbox", { name: "控え" }).fill(note.replace("children 1", "children 2"));
    await page.getByRole("button", { name: "確かめる" }).click();
    await expect(page.getByRole("alert")).toContainText("署名が合いません");
  });
});

test("without script it is written, refused with words, looked over and sent", async ({ asked, enter }) => {
  const child = await asked("試験 しずいそ");
  const page = await enter("reporter", { javaScriptEnabled: false });
  await page.goto("/urgent");
  await fill(page, child, "");
  await page.getByRole("button", { name: "内容を確かめる" }).click();
  await expect(page.getByRole("alert")).toContainText("何があった");
  await expect(page.getByLabel("いつ")).toHaveValue("けさ8時40分");
  await page.getByLabel("何があった").fill("お迎えに来た人を怖がった。");
  await page.getByRole("button", { name: "内容を確かめる" }).click();
  await page.getByRole("button", { name: "至急連絡を送る" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^至急連絡を受け付けました/ })).toBeVisible();
});
