// 離席: nothing is to be seen on a screen that was left, and nothing typed is lost.
import { fileURLToPath } from "node:url";
import { demoLinks } from "./hub.js";
import { cardOf, enrol, expect, linkOf, test } from "./kit.js";
import { look } from "./look.js";

const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));
const cover = (page) => page.locator("dialog.app-cover");
const back = (page) => page.getByRole("button", { name: "本人確認をして戻る" });

/** Somebody who enrolled in this very browser: coming back needs the passkey. */
async function teacher(newcomer) {
  const { page, keys } = await newcomer();
  await enrol(page, linkOf(await demoLinks(), "reporter"));
  return { page, keys };
}

test("Escape twice covers at once, and what was typed is there again", async ({ asked, newcomer }) => {
  const child = await asked("試験 かくれ");
  const { page, keys } = await teacher(newcomer);
  await page.goto("/sheet");
  const card = cardOf(page, child);
  await card.getByRole("radio", { name: "欠席", exact: true }).check();
  await card.getByLabel("メモ").fill("とちゅうまで");
  const title = await page.title();

  // The hub does not answer yet: the cover waits for nobody.
  let answer = () => {};
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route("**/lock", async (route) => { await held; await route.continue(); });
  await page.keyboard.press("Escape");
  await expect(cover(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(cover(page)).toBeVisible();
  expect(await page.title()).toBe("つなぎ");
  await expect(card).toBeHidden();
  await expect(card.getByLabel("メモ")).toBeHidden();
  await expect(page.getByRole("banner")).toBeHidden();
  answer();

  await test.step("no key takes the cover away", async () => {
    for (let pressed = 0; pressed < 4; pressed += 1) await page.keyboard.press("Escape");
    await expect(cover(page)).toBeVisible();
    await look(page, "cover");
    await page.setViewportSize({ width: 320, height: 700 });
    const box = await cover(page).boundingBox();
    expect.soft(box.x >= 0 && box.x + box.width <= 320, "the cover fits 320 px").toBe(true);
    await page.screenshot({ path: `${pictures}cover-320.png` });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.screenshot({ path: `${pictures}cover-1280.png` });
  });

  await test.step("the hub shows nothing meanwhile, in no other tab either", async () => {
    const tab = await page.context().newPage();
    await tab.goto("/sheet");
    await expect(tab).toHaveURL(/\/locked\?next=/);
    await tab.close();
  });

  await test.step("without the person it stays", async () => {
    await keys.verifies(false);
    await back(page).click();
    await expect(page.getByRole("alert")).toHaveText("本人確認は行われませんでした。もう一度お試しください。");
    await keys.verifies(true);
  });

  await back(page).click();
  await expect(cover(page)).toHaveCount(0);
  expect(await page.title()).toBe(title);
  await expect(card.getByRole("radio", { name: "欠席", exact: true })).toBeChecked();
  await expect(card.getByLabel("メモ")).toHaveValue("とちゅうまで");
});

test("a page without anything typed is left behind, and the back button shows nothing", async ({ newcomer }) => {
  const { page } = await teacher(newcomer);
  await page.goto("/calendar");
  await page.goto("/sheet");
  const facility = (await page.getByRole("banner").locator("strong").innerText()).trim();
  await page.getByRole("button", { name: "離席" }).click();
  await expect(page).toHaveURL(/\/locked\?next=%2Fsheet$/);
  await expect(page.getByRole("heading", { level: 1, name: "離席中" })).toBeVisible();
  for (const [width, height] of [[320, 700], [820, 1180], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${pictures}locked-${width}.png`, fullPage: true });
  }
  await page.goBack();
  await expect(page).toHaveURL(/\/locked/);
  await expect(page.getByText(facility)).toHaveCount(0);
  await page.goForward();
  await expect(page.getByText(facility)).toHaveCount(0);
  await page.goto("/locked?next=/calendar");
  await back(page).click();
  await expect(page).toHaveURL(/\/calendar$/);
  await expect(page.getByRole("banner")).toContainText(facility);
});

test("another tab is covered and uncovered with this one", async ({ newcomer }) => {
  const { page } = await teacher(newcomer);
  const other = await page.context().newPage();
  for (const tab of [page, other]) {
    await tab.goto("/sheet");
    await tab.locator("textarea, input[type=text]").first().evaluate((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
  }
  await page.bringToFront();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(cover(page)).toBeVisible();
  await expect(cover(other)).toBeVisible();
  await back(page).click();
  await expect(cover(page)).toHaveCount(0);
  await expect(cover(other)).toHaveCount(0);
});

test("without script the button leads to the neutral page", async ({ enter }) => {
  const page = await enter("supervisor", { javaScriptEnabled: false });
  await page.goto("/alerts");
  await page.getByRole("button", { name: "離席" }).click();
  await expect(page).toHaveURL(/\/locked$/);
  await expect(page.getByRole("heading", { level: 1, name: "離席中" })).toBeVisible();
  await expect(page.getByRole("banner")).not.toContainText("センター");
  await page.goto("/alerts");
  await expect(page).toHaveURL(/\/locked/);
});

/** A page on whose clock the time passes as the test says, and after how many seconds without a touch nobody is there any more. */
async function resting(page, path) {
  await page.clock.install();
  await page.goto(path);
  const rest = Number(await page.locator("x-cover").getAttribute("data-rest"));
  expect(rest, "the ward shortens ten minutes, and does not take them away").toBeGreaterThan(59);
  expect(rest).toBeLessThanOrEqual(600);
  return { rest, passes: (seconds) => page.clock.fastForward(seconds * 1000) };
}

/** Touches the page and waits until it has noticed: a wheel is reported as turned before the page hears of it. */
async function felt(page, kind, touch) {
  await page.evaluate((awaited) => {
    window.felt = false;
    addEventListener(awaited, () => { window.felt = true; }, { once: true });
  }, kind);
  await touch();
  await expect.poll(() => page.evaluate(() => window.felt), { message: `the page notices the ${kind}` }).toBe(true);
}

test("a screen nobody touches covers itself, and every touch puts that off", async ({ asked, newcomer }) => {
  const child = await asked("試験 やすみ");
  const { page, keys } = await teacher(newcomer);
  const { rest, passes } = await resting(page, "/sheet");
  const card = cardOf(page, child);
  await card.getByRole("radio", { name: "欠席", exact: true }).check();
  await card.getByLabel("メモ").fill("とちゅうまで");
  const title = await page.title();

  // Each time all but half a minute of the rest; together it is far more than one.
  for (const [kind, touch] of [
    ["keydown", () => page.keyboard.press("End")],
    ["pointerdown", () => page.getByRole("heading", { level: 1 }).click()],
    ["wheel", () => page.mouse.wheel(0, 10)],
  ]) {
    await felt(page, kind, touch);
    await passes(rest - 30);
    await expect(cover(page)).toHaveCount(0);
    await expect(card).toBeVisible();
  }

  await passes(rest + 5);
  await expect(cover(page)).toBeVisible();
  expect(await page.title()).toBe("つなぎ");
  await expect(card).toBeHidden();
  await expect(page.getByRole("banner")).toBeHidden();
  const elsewhere = async () => (await page.context().request.get("/sheet", { maxRedirects: 0 })).headers().location;
  await expect.poll(elsewhere, { message: "the hub locks the session as well" }).toMatch(/^\/locked/);

  await test.step("coming near it does not take it away, the person does", async () => {
    await page.mouse.click(5, 5);
    await page.keyboard.press("Escape");
    await passes(rest);
    await expect(cover(page)).toBeVisible();
    await keys.verifies(false);
    await back(page).click();
    await expect(page.getByRole("alert")).toHaveText("本人確認は行われませんでした。もう一度お試しください。");
    await keys.verifies(true);
    await back(page).click();
    await expect(cover(page)).toHaveCount(0);
  });
  expect(await page.title()).toBe(title);
  await expect(card.getByLabel("メモ")).toHaveValue("とちゅうまで");

  await test.step("whoever is back has the whole rest again", async () => {
    await passes(rest - 30);
    await expect(cover(page)).toHaveCount(0);
    await passes(60);
    await expect(cover(page)).toBeVisible();
  });
});

test("a page on which nothing was typed gives way to the neutral one by itself", async ({ newcomer }) => {
  const { page } = await teacher(newcomer);
  const { rest, passes } = await resting(page, "/sheet");
  const facility = (await page.getByRole("banner").locator("strong").innerText()).trim();
  await passes(rest + 5);
  await expect(page).toHaveURL(/\/locked\?next=%2Fsheet$/);
  await expect(page.getByRole("heading", { level: 1, name: "離席中" })).toBeVisible();
  await expect(page.getByText(facility)).toHaveCount(0);
  await back(page).click();
  await expect(page).toHaveURL(/\/sheet$/);
});
