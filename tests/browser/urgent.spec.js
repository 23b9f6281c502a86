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

/** Whom to telephone: number, address of the link, size of the digits and how many times that of the text around, height to press on. */
const numbers = (page) => page.getByRole("note").locator("li").evaluateAll((items) => {
  const size = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
  return items.map((item) => {
    const [link, digits] = [item.querySelector("a"), item.querySelector("strong")];
    const name = link.querySelector("span");
    return {
      text: digits.textContent.trim(),
      href: link.getAttribute("href"),
      pixels: size(digits),
      times: size(digits) / Math.max(size(document.body), size(name)),
      height: link.getBoundingClientRect().height,
      bottom: link.getBoundingClientRect().bottom + scrollY,
    };
  });
});

test("the three numbers stand large above the form, and are dialled with a touch", async ({ enter }) => {
  const page = await enter("reporter");
  for (const [width, height] of [[1280, 900], [820, 1180], [320, 700]]) {
    await page.setViewportSize({ width, height });
    await page.goto("/urgent");
    const centre = (await page.getByRole("contentinfo").locator("strong").innerText()).trim();
    const found = await numbers(page);
    expect(found.map(({ text }) => text)).toEqual(["110", "189", centre]);
    expect(found.map(({ href }) => href)).toEqual(["tel:110", "tel:189", `tel:${centre.replaceAll("-", "")}`]);
    for (const { text, pixels, times, height: tall, bottom } of found) {
      expect.soft(pixels, `${text} at ${width}`).toBeGreaterThanOrEqual(32);
      expect.soft(times, `${text} against the text around it at ${width}`).toBeGreaterThanOrEqual(2);
      expect.soft(tall, `${text} under a finger at ${width}`).toBeGreaterThanOrEqual(48);
      if (width > 320) expect.soft(bottom, `${text} is there without scrolling at ${width}`).toBeLessThanOrEqual(height);
    }
  }
  expect(await sticksOut(page)).toEqual([]);
});

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
