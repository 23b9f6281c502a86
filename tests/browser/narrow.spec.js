// 320 px wide: every page reflows. Pictures at three widths are for people to look at.
import { fileURLToPath } from "node:url";
import { expect, test } from "./kit.js";
import { OPEN_PAGES, ROLES, pagesOf } from "./walk.js";

const WIDTHS = [{ width: 320, height: 700 }, { width: 820, height: 1180 }, { width: 1280, height: 900 }];
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

/** What sticks out of a 320 px page, by tag and class. */
async function sticksOut(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollWidth <= 320) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > 320.5);
    return wide.slice(-5).map((element) => `${element.tagName.toLowerCase()}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`);
  });
}

async function look(page, paths, who) {
  for (const path of paths) {
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      if (size.width === 320) {
        await page.goto(path);
        expect.soft(await sticksOut(page), `${who} ${path}`).toEqual([]);
      }
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
    await look(page, await pagesOf(page, role), role);
  });
}
