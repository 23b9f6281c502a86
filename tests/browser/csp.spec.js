// Every page obeys its own rules: no complaint in the console, nothing from elsewhere, the headers in place. (kit.js listens.)
import { expect, test } from "./kit.js";
import { OPEN_PAGES, ROLES, walk } from "./walk.js";

async function check(page, paths) {
  page.on("response", (response) => expect.soft(response.status(), response.url()).toBeLessThan(400));
  for (const path of paths) {
    const headers = (await page.goto(path)).headers();
    expect.soft(headers["content-security-policy"], path).toContain("default-src 'none'");
    expect.soft(headers["content-security-policy"], path).not.toContain("unsafe");
    expect.soft(headers["cache-control"], path).toBe("no-store");
    expect.soft(headers["x-content-type-options"], path).toBe("nosniff");
    // Names of children stay out of titles and addresses.
    const names = await page.locator(".app-child-name").allInnerTexts();
    const title = await page.title();
    for (const name of names) expect.soft(title, path).not.toContain(name.trim());
  }
}

test("pages before sign-in", async ({ open }) => check(await (await open()).newPage(), OPEN_PAGES));

for (const role of ROLES) {
  test(`pages of ${role}`, async ({ enter }) => {
    test.setTimeout(240_000);
    const page = await enter(role);
    const { pages, broken } = await walk(page, role);
    expect.soft(broken, "links that lead to no page").toEqual([]);
    await check(page, pages);
  });
}
