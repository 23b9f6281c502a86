// The monthly slip: prepared by the reporter, approved by the head with the passkey, saved as PDF; seen at three widths.
import { readFile } from "node:fs/promises";
import { demoLinks } from "./hub.js";
import { enrol, expect, linkOf, test } from "./kit.js";
import { look, sticksOut } from "./look.js";

/** Fits and keeps nobody out. */
async function lookAll(page, name) {
  for (const [width, height] of [[320, 700], [1280, 900]]) {
    await page.setViewportSize({ width, height });
    if (width === 320) expect.soft(await sticksOut(page), name).toEqual([]);
    await look(page, `${name} at ${width}`);
  }
}

/** Last month, as addresses write it. */
function lastMonth() {
  const now = new Date(Date.now() + 9 * 3_600_000);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

test("a slip is prepared, approved and saved", async ({ enter, newcomer }) => {
  test.setTimeout(120_000);
  const path = `/slips/${lastMonth()}`;
  const reporter = await enter("reporter");

  await test.step("the reporter prepares it and writes on every child", async () => {
    await reporter.goto("/slips");
    await lookAll(reporter, "slips");
    await reporter.goto(path);
    await reporter.getByRole("button", { name: "用意する", exact: true }).click();
    await expect(reporter.getByText("連絡票を用意しました。")).toBeVisible();
    await lookAll(reporter, "slip, draft");
    const open = reporter.getByRole("link", { name: /^記入する/ });
    for (let left = await open.count(); left > 0; left -= 1) {
      await open.first().click();
      if (left === 1) await lookAll(reporter, "slip, entry");
      await reporter.getByRole("radio", { name: "変わりなし" }).check();
      await reporter.getByRole("button", { name: "保存する" }).click();
      await expect(reporter.getByText("保存しました。")).toBeVisible();
    }
    await expect(reporter.getByRole("link", { name: "確かめて提出する" })).toHaveCount(0);
  });

  const { page: head } = await newcomer();
  await enrol(head, linkOf(await demoLinks(), "facility_head"));
  await test.step("the head proves to be there and sends it", async () => {
    await head.goto(path);
    await head.getByRole("link", { name: "確かめて提出する" }).click();
    await expect(head.getByRole("heading", { level: 1, name: "本人確認" })).toBeVisible();
    await head.getByRole("main").getByRole("button", { name: "本人確認をする" }).click();
    await expect(head.getByRole("heading", { level: 1, name: /提出する$/ })).toBeVisible();
    await lookAll(head, "slip, approval");
    await head.getByRole("button", { name: "確かめました。提出する" }).click();
    await expect(head.getByText("連絡票を提出しました。")).toBeVisible();
  });

  await test.step("it is saved as PDF", async () => {
    const saved = head.waitForEvent("download");
    await head.getByRole("link", { name: /^PDFを保存する/ }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe(`連絡票_${lastMonth()}.pdf`);
    expect((await readFile(await file.path())).subarray(0, 5).toString()).toBe("%PDF-");
  });

  await test.step("the office has it", async () => {
    const office = await enter("caseworker");
    await office.goto("/submitted-slips");
    await lookAll(office, "slips sent");
    const line = office.getByRole("row").filter({ hasText: "提出済" });
    await line.first().getByRole("link").click();
    await lookAll(office, "slip, at the office");
    await expect(office.getByRole("link", { name: /^PDFを保存する/ })).toBeVisible();
  });
});
