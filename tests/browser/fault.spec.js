// The network goes while a sheet is open: nothing typed is lost, and it arrives once.
import { cardOf, contact, expect, lineOf, markAbsent, send, test } from "./kit.js";

test("a sheet survives a lost connection and is received once", async ({ asked, enter }) => {
  const child = await asked("試験 つな");
  const page = await enter("reporter");
  await page.goto("/sheet");
  const card = cardOf(page, child);
  await markAbsent(card);
  await contact(card, "あり（始業後）");
  await card.getByLabel("理由").selectOption({ label: "通院" });
  await card.getByLabel("メモ").fill("午後から");

  await page.context().setOffline(true);
  await send(page).click();
  await expect(page.getByRole("alert")).toHaveText(/^通信できません。入力は残っています。/);
  await expect(card.getByRole("radio", { name: "欠席", exact: true })).toBeChecked();
  await expect(card.getByLabel("メモ")).toHaveValue("午後から");
  await expect(send(page), "it can be pressed again").toBeEnabled();

  // Back in reach it goes by itself, as one report.
  await page.context().setOffline(false);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^1人分を受け付けました/);
  await expect(lineOf(page, child)).toContainText("通院");

  await page.goto("/sheet");
  await history(cardOf(page, child));
  const today = page.locator("tbody tr").first();
  await expect(today).toContainText("通院");
  await expect(today.locator("ol > li"), "one version").toHaveCount(1);
});

test("an answer that was lost on the way is not a second report", async ({ asked, enter }) => {
  const child = await asked("試験 みち");
  const page = await enter("reporter");
  await page.goto("/sheet");
  const card = cardOf(page, child);
  await card.getByRole("radio").first().check();
  // The report arrives, the receipt does not.
  await page.route("**/sheet/*", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await send(page).click();
  await expect(page.getByRole("alert")).toHaveText(/^通信できません。/);
  await send(page).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^1人分を受け付けました/);
  await page.goto("/sheet");
  await history(cardOf(page, child));
  await expect(page.locator("tbody tr").first().locator("ol > li")).toHaveCount(1);
});

test("a sheet whose session is over goes once more as the page's own form, which the hub keeps", async ({ asked, enter }) => {
  const child = await asked("試験 おそ");
  const page = await enter("reporter");
  await page.goto("/sheet");
  await cardOf(page, child).getByRole("radio").first().check();
  // As the hub answers to a session that has rested too long.
  const own = [];
  await page.route("**/sheet/*", async (route) => {
    const request = route.request();
    if (request.method() !== "POST") return route.continue();
    if (request.isNavigationRequest()) own.push(request.postData() ?? "");
    await route.fulfill({ status: 303, headers: { location: "/sign-in?left=over" } });
  });
  await send(page).click();
  await expect(page).toHaveURL(/\/sign-in\?left=over$/);
  expect(own).toHaveLength(1);
  expect(own[0]).toContain("status.");
});

async function history(card) {
  await card.getByText(/^そのほかの出欠/).click();
  await card.getByRole("link", { name: /これまでの報告/ }).click();
}
