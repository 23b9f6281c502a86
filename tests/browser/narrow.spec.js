// 320 px wide: every page reflows. Pictures at three widths are for people to look at.
import { fileURLToPath } from "node:url";
import { expect, test } from "./kit.js";
import { OPEN_PAGES, ROLES, firstOfKind, walk } from "./walk.js";

const WIDTHS = [{ width: 320, height: 700 }, { width: 820, height: 1180 }, { width: 1280, height: 900 }];
// One picture of each kind of page; whose it is does not change its looks.
const wantsPicture = firstOfKind();
const pictures = fileURLToPath(new URL("results/pages/", import.meta.url));

/** What sticks out of a 320 px page or is cut off inside it, by tag and class. */
async function sticksOut(page) {
  return page.evaluate(() => {
    const told = (element, right) => `${element.tagName.toLowerCase()}.${element.className} reaches ${Math.round(right)} px`;
    const out = [];
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollWidth > 320) out.push(told(root, root.scrollWidth));
    // Names of headings for screen readers are one pixel wide on purpose; samples of a file end with an ellipsis.
    for (const element of document.body.querySelectorAll(":not(.dads-u-visually-hidden, .app-sample, .app-skip, select, input, svg *)")) {
      const box = element.getBoundingClientRect();
      const cuts = ["clip", "hidden"].includes(getComputedStyle(element).overflowX);
      if (box.right > 320.5) out.push(told(element, box.right));
      else if (cuts && element.scrollWidth > element.clientWidth + 1) out.push(`${told(element, box.left + element.scrollWidth)}, cut off`);
    }
    return out.slice(0, 5);
  });
}

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
