// 320 px wide: every page reflows. With PICTURES=1 each is drawn at three widths too, for people to look at.
import { fileURLToPath } from "node:url";
import { expect, test } from "./kit.js";
import { sticksOut } from "./look.js";
import { OPEN_PAGES, ROLES, firstOfKind, walk } from "./walk.js";

const WIDTHS = [{ width: 320, height: 700 }, { width: 820, height: 1180 }, { width: 1280, height: 900 }];
// There are many pages, and each may be drawn three times.
test.describe.configure({ timeout: 240_000 });
// One picture of each kind of page; whose it is does not change its looks.
const isFirst = firstOfKind();
const wantsPicture = (path) => Boolean(process.env.PICTURES) && isFirst(path);
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

async function look(page, paths, who) {
  for (const path of paths) {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto(path);
    expect.soft(await sticksOut(page), `${who} ${path}`).toEqual([]);
    if (!wantsPicture(path)) continue;
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${pictures}${who}${file(path)}-${size.width}.png`, fullPage: true });
    }
  }
}

/** The address as a file name. */
const file = (path) => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id").replaceAll(/[^a-z0-9]+/gi, "-").replace(/-$/, "") || "-first";

test("pages before sign-in fit 320 px", async ({ open }) => {
  await look(await (await open()).newPage(), OPEN_PAGES, "open");
});

for (const role of ROLES) {
  test(`the pages of ${role} fit 320 px`, async ({ enter }) => {
    const page = await enter(role);
    const { pages } = await walk(page, role);
    await look(page, pages, role);
  });
}
