// What the journeys share: browsers that are watched, people who have enrolled, the moves everybody makes.
import { test as base, expect } from "@playwright/test";
import { demoLinks } from "./hub.js";

export { expect };

const SESSION = "__Host-tsunagi";
const origin = () => process.env.TSUNAGI_ORIGIN ?? "";

export const test = base.extend({
  /** One link for each role, made once a worker; each is good for one enrolment. */
  links: [async ({}, use) => use(await demoLinks()), { scope: "worker" }],

  /** role → the session of somebody who has enrolled, kept for the whole worker. */
  sessions: [async ({}, use) => use(new Map()), { scope: "worker" }],

  /** `await open()`: a browser of its own, closed with the test. A page that complains fails the test. */
  open: async ({ browser, baseURL, locale, timezoneId, viewport }, use) => {
    const opened = [];
    const complaints = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, locale, timezoneId, viewport, ...options });
      opened.push(context);
      context.on("page", (page) => listen(page, complaints));
      return context;
    });
    for (const context of opened) await context.close();
    expect(complaints, "complaints of the pages").toEqual([]);
  },

  /** `await newcomer()`: a page in a browser of its own that can keep passkeys, signed in as nobody. */
  newcomer: async ({ open }, use) => {
    await use(async (options) => {
      const page = await (await open(options)).newPage();
      return { page, keys: await passkeys(page) };
    });
  },

  /** `await enter("caseworker")`: a page in a browser of its own, signed in. */
  enter: async ({ open, newcomer, sessions }, use) => {
    await use(async (role, options) => {
      const context = await open(options);
      const kept = sessions.get(role);
      if (kept) await context.addCookies(kept);
      if (!kept || !(await isAwake(context))) {
        const { page } = await newcomer();
        await enrol(page, linkOf(await demoLinks(), role));
        sessions.set(role, await sessionOf(page.context()));
        await page.context().close();
        await context.addCookies(sessions.get(role));
      }
      return context.newPage();
    });
  },

  /** `await asked("名前")`: the office asks the reporter's facility about one more child, from today on. */
  asked: async ({ enter, links }, use) => {
    await use(async (name) => {
      const page = await enter("caseworker");
      await page.goto("/requests/new");
      await page.locator("#facility").selectOption({ label: linkOf(links, "reporter").organization });
      await page.locator("#name").fill(name);
      await page.locator("#kana").fill("シケン");
      await page.locator("#grade").selectOption({ label: "3歳児" });
      await page.getByRole("radio", { name: "児相依頼" }).check();
      await page.getByRole("button", { name: "登録する" }).click();
      await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
      return name;
    });
  },
});

/** Whether the session still lives, and nobody has left the screen: they rest for ten minutes only. */
async function isAwake(context) {
  const answer = await context.request.get("/", { maxRedirects: 0 });
  return !/^\/(sign-in|locked)/.test(answer.headers().location ?? "");
}

/** The card of one child on the sheet. */
export const cardOf = (page, name) => page.locator("[data-child]").filter({ hasText: name });

/** The link of a role, told plainly when the demo has none. */
export function linkOf(links, role) {
  const link = links.find((one) => one.role === role);
  if (!link) throw new Error(`the demo gave no link for ${role}, only for ${links.map((one) => one.role).join(", ")}`);
  return link;
}

/** The cookies of a context's session, to be given to another one. */
export async function sessionOf(context) {
  return (await context.cookies()).filter((cookie) => cookie.name === SESSION).map(bound);
}

/** A cookie for this host alone, as its name demands. */
function bound({ name, value, httpOnly, sameSite }) {
  return { name, value, httpOnly, sameSite, secure: true, url: origin().replace("http:", "https:") };
}

/** Notes what a page should not do: errors in the console (CSP among them), thrown errors, requests to elsewhere. */
function listen(page, complaints) {
  const note = (what) => complaints.push(`${new URL(page.url(), origin()).pathname}: ${what}`);
  page.on("console", (line) => {
    // Refused forms (422, 409, 404) and the tests' own network cuts are answers, not faults of a page; that Chromium gives no
    // pushes to a window of its own is said on the page.
    const answers = ["Failed to load resource", "Chrome currently does not support the Push API in incognito mode"];
    if (line.type() === "error" && !answers.some((answer) => line.text().startsWith(answer))) note(line.text());
  });
  page.on("pageerror", (error) => note(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin()}/`) && !request.url().startsWith("blob:")) note(`asked ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) note(`${response.status()} from ${response.url()}`);
  });
}

/**
 * A store of passkeys in the machine that says yes by itself.
 * @param {import("@playwright/test").Page} page
 */
export async function passkeys(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const plugged = async (transport) => {
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return authenticatorId;
  };
  const authenticatorId = await plugged("internal");
  return {
    /** A security key is put into the machine. */
    plug: () => plugged("usb"),
    /** Whether the person shows a finger or types the PIN. */
    verifies: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    /** Whether the person touches the device when asked. */
    answers: (enabled) => cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
    count: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
  };
}

/** The button that registers a passkey of this kind: "device", "key" or "phone". */
export const registers = (page, kind = "device") => page.locator(`button[data-start][value=${kind}]`);

const away = (path) => (url) => !url.pathname.startsWith(path);

/** Opens an invitation's link, registers a passkey, leaves the spare for later, and arrives at the first page. */
export async function enrol(page, link) {
  await page.goto(link.url);
  await expect(page.getByRole("heading", { name: "パスキーを登録", exact: true })).toBeVisible();
  await registers(page).click();
  await page.waitForURL(away("/enrol"));
  if (new URL(page.url()).pathname === "/organization") {
    await page.locator("main").getByRole("button").first().click();
    await page.waitForURL(away("/organization"));
  }
  // Whoever enrols a second time has a spare already.
  if (new URL(page.url()).pathname === "/me") {
    await page.getByRole("link", { name: "あとで登録して、はじめる" }).click();
    await page.waitForURL(away("/me"));
  }
  await expect(page.getByRole("button", { name: "サインアウト" })).toBeVisible();
}

/** The children of the sheet whom nobody has reported on yet. */
export function unreported(page) {
  return page.locator("[data-child]").filter({ hasNotText: "報告済み" });
}

/** The name on a child's card. */
export async function nameOf(card) {
  return (await card.locator("legend .app-child-name").first().innerText()).trim();
}

/** Marks a child absent; what the home said is another question. */
export async function markAbsent(card) {
  await card.getByRole("radio", { name: "欠席", exact: true }).check();
}

/** The answer to 「家庭からの連絡」. */
export async function contact(card, answer) {
  await card.getByRole("group", { name: "家庭からの連絡" }).getByRole("radio", { name: answer, exact: true }).check();
}

export const send = (page) => page.getByRole("button", { name: "送信する" });

/** The line of a table that speaks of `name`. */
export const lineOf = (page, name) => page.getByRole("row").filter({ hasText: name });
