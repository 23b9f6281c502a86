// Finds every page a person can reach by links, one of each kind.

/** What differs from page to page of one kind: ids, days, months, codes of rules, page numbers. */
function kind(url) {
  const told = `${url.pathname}${url.search}`;
  return told
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replace(/\d{4}-\d{2}(-\d{2})?/g, "{day}")
    .replace(/^\/rules\/[A-Z]\d+/, "/rules/{rule}")
    .replace(/[?&]+page=\d+/, "");
}

/** Files to be saved, not pages. */
const isFile = (url) => /\/(export|paper|sample|note)$|\.csv$|\.xlsx$/.test(url.pathname);

/** Pages that ask for the person first, or did so a moment ago; account.spec.js looks at them. */
const asksFirst = (url) => url.pathname.startsWith("/me/passkeys/");

/** Roles the demo gives links for, as in domain words. */
export const ROLES = ["reporter", "facility_head", "caseworker", "supervisor", "ward_admin", "auditor"];

/** Pages anybody may open. */
export const OPEN_PAGES = ["/sign-in", "/enrol", "/recovery", "/accessibility", "/receipts"];

const found = new Map();

/**
 * The addresses this person can reach from the first page, found once a worker.
 * @param {import("@playwright/test").Page} page signed in
 * @param {string} role
 * @returns {Promise<{ pages: string[], broken: string[] }>} what was found, and links that lead to no page
 */
export async function walk(page, role) {
  const before = found.get(role);
  if (before) return before;
  const seen = new Map();
  const broken = [];
  const asked = new Set();
  const todo = ["/"];
  for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
    const answer = await page.goto(path);
    const own = new URL(page.url());
    if (answer?.status() === 403 && (await page.locator("x-passkey[data-mode=verify]").count()) > 0) asked.add(path);
    else if (!answer?.ok()) broken.push(`${path} (${answer?.status()})`);
    else seen.set(kind(own), own.pathname + own.search);
    const links = await page.locator("a[href^='/']").evaluateAll((all) => all.map((link) => link.href));
    for (const link of links.map((href) => new URL(href))) {
      const next = kind(link);
      if (seen.has(next) || isFile(link) || asksFirst(link)) continue;
      seen.set(next, link.pathname + link.search);
      todo.push(link.pathname + link.search);
    }
  }
  const lost = new Set(broken.map((line) => line.split(" ")[0]));
  const pages = [...seen.values()].filter((path) => path !== "/" && !lost.has(path) && !asked.has(path));
  found.set(role, { pages, broken });
  return { pages, broken };
}

/** A question that says yes once for each kind of page. */
export function firstOfKind() {
  const known = new Set();
  return (path) => {
    const one = kind(new URL(path, "http://localhost"));
    return known.size < known.add(one).size;
  };
}
