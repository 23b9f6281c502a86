// What is looked at on every page: WCAG 2.2 AA, that it fits, and that one sees where one is.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "./kit.js";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Looks at the page as it stands. */
export async function look(page, where) {
  // Legacy mode stays in the page instead of opening another one: half the time, and the portal has no frames. What passed is only counted:
  // to write each passing element down takes longer than to find what does not.
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode().withTags(WCAG).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
  expect.soft(told, where).toEqual([]);
}

/** What sticks out of a 320 px page or is cut off inside it, by tag and class. */
export async function sticksOut(page) {
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

/** The element that has the focus shows it: itself, or the label it lies in. */
export async function focusIsSeen(page) {
  const seen = await page.evaluate(() => {
    const shows = (element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "nothing has the focus";
    const holder = focused.closest("label");
    return shows(focused) || (holder && shows(holder)) ? "" : `${focused.outerHTML.slice(0, 120)} does not show the focus`;
  });
  expect(seen).toBe("");
}

/** Presses Tab until `locator` has the focus, looking at each stop on the way. */
export async function tabTo(page, locator, most = 80) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press("Tab");
    await focusIsSeen(page);
    if (await locator.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${most} times Tab did not lead to ${locator}`);
}
