// A real OpenID provider (oidc-provider) on this machine, and everything it can get wrong when it is told to.
//
//   node provider.js REDIRECT_URI [NOW [CERTIFICATE KEY]]
//                                           prints its issuer when it listens; NOW is where its clock stands; with the two files over TLS
//   POST /control { account, bad, now }     who signs in without being asked, what goes wrong from now on, and where its clock stands
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";

const [redirect, now, certificate, key] = process.argv.slice(2);
const real = Date.now.bind(Date);
let shift = now ? Date.parse(now) - real() : 0;
Date.now = () => real() + shift;
// Loaded when the clock stands where it should.
const { default: Provider } = await import("oidc-provider");
const jose = await import("jose");

const CLIENT = "tsunagi";
const SECRET = "a-secret-of-the-tests-which-nobody-must-see";
const ACR = "urn:ward:two";
const seconds = () => Math.floor(Date.now() / 1000);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** What it was told. */
let told = { account: "", bad: "" };

const keys = { first: await pair("first"), second: await pair("second"), stranger: await pair("first") };
async function pair(kid) {
  const { privateKey, publicKey } = await jose.generateKeyPair("RS256", { extractable: true });
  const more = { kid, alg: "RS256", use: "sig" };
  return { privateKey, secret: { ...(await jose.exportJWK(privateKey)), ...more }, open: { ...(await jose.exportJWK(publicKey)), ...more } };
}

const server = certificate ? createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }) : createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `${certificate ? "https" : "http"}://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: CLIENT,
      client_secret: SECRET,
      redirect_uris: [redirect],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  jwks: { keys: [keys.first.secret] },
  cookies: { keys: ["for tests alone"] },
  acrValues: [ACR],
  claims: { acr: null, amr: null, auth_time: null, iss: null, openid: ["sub"], profile: ["preferred_username", "email", "email_verified", "staff_code"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: `${id}@example.lg.jp`,
      email: `${id}@example.lg.jp`,
      email_verified: true,
      ...(/^\d+$/.test(id) ? { staff_code: id } : {}),
    }),
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Nobody is asked whether the ward's own system may know them.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

/** Changes of the ID token: its claims, what it is signed with, its header. */
const tokens = {
  wrong_nonce: (claims) => ({ claims: { ...claims, nonce: "another" } }),
  missing_nonce: ({ nonce, ...claims }) => ({ claims }),
  wrong_audience: (claims) => ({ claims: { ...claims, aud: "another" } }),
  more_audiences: (claims) => ({ claims: { ...claims, aud: [CLIENT, "another"], azp: CLIENT } }),
  missing_audience: ({ aud, ...claims }) => ({ claims }),
  wrong_party: (claims) => ({ claims: { ...claims, azp: "another" } }),
  wrong_issuer: (claims) => ({ claims: { ...claims, iss: "https://login.example.com" } }),
  issuer_with_slash: (claims) => ({ claims: { ...claims, iss: `${issuer}/` } }),
  expired: (claims) => ({ claims: { ...claims, exp: seconds() - 90 } }),
  expired_within: (claims) => ({ claims: { ...claims, exp: seconds() - 20 } }),
  missing_expiry: ({ exp, ...claims }) => ({ claims }),
  issued_ahead: (claims) => ({ claims: { ...claims, iat: seconds() + 90 } }),
  issued_ahead_within: (claims) => ({ claims: { ...claims, iat: seconds() + 30 } }),
  issued_long_ago: (claims) => ({ claims: { ...claims, iat: seconds() - 500 } }),
  missing_issue: ({ iat, ...claims }) => ({ claims }),
  not_yet: (claims) => ({ claims: { ...claims, nbf: seconds() + 90 } }),
  not_yet_within: (claims) => ({ claims: { ...claims, nbf: seconds() + 30 } }),
  missing_subject: ({ sub, ...claims }) => ({ claims }),
  empty_subject: (claims) => ({ claims: { ...claims, sub: "" } }),
  weak: (claims) => ({ claims: { ...claims, acr: "0", amr: ["pwd"] } }),
  no_strength: ({ acr, amr, ...claims }) => ({ claims }),
  known_long_ago: (claims) => ({ claims: { ...claims, auth_time: seconds() - 7200 } }),
  never_known: ({ auth_time, ...claims }) => ({ claims }),
  unsigned: (claims) => ({ claims, alg: "none" }),
  signed_with_secret: (claims) => ({ claims, alg: "HS256", key: new TextEncoder().encode(SECRET) }),
  signed_with_public_key: (claims) => ({ claims, alg: "HS256", key: new TextEncoder().encode(JSON.stringify(keys.first.open)) }),
  signed_by_stranger: (claims) => ({ claims, key: keys.stranger.privateKey }),
  unknown_key: (claims) => ({ claims, key: keys.second.privateKey, header: { kid: "nobody's" } }),
  rotated: (claims) => ({ claims, key: keys.second.privateKey, header: { kid: "second" } }),
  embedded_key: (claims) => ({ claims, key: keys.stranger.privateKey, header: { kid: "stranger", jwk: keys.stranger.open } }),
  critical_header: (claims) => ({ claims, header: { crit: ["b64"], b64: true } }),
  other_type: (claims) => ({ claims, header: { typ: "at+jwt" } }),
};

async function changed(token) {
  const make = tokens[told.bad];
  if (!make) return told.bad === "garbled" ? token.slice(0, -9) + "AAAAAAAAA" : told.bad === "no_token" ? undefined : token;
  const { claims, alg = "RS256", key = keys.first.privateKey, header } = make(jose.decodeJwt(token));
  if (alg === "none") return new jose.UnsecuredJWT(claims).encode();
  const crit = header?.crit ? { crit: { b64: true } } : undefined;
  return new jose.SignJWT(claims).setProtectedHeader({ alg, kid: "first", ...header }).sign(key, crit);
}

/** Changes of other answers, before and after the provider has made its own. */
provider.use(async (ctx, next) => {
  const [place, what] = told.bad.split("/");
  const doors = { discovery: "/.well-known/openid-configuration", keys: "/jwks", token: "/token" };
  const here = place === "all" ? Object.values(doors).includes(ctx.path) : doors[place] === ctx.path;
  if (here && what === "slow") await wait(4000);
  if (here && what === "redirect") {
    ctx.redirect(`${issuer}/moved`);
    return;
  }
  if (here && what === "broken") {
    ctx.status = 503;
    ctx.body = "broken";
    return;
  }
  await next();
  if (here && what === "huge") ctx.body = { ...ctx.body, filling: "x".repeat(300_000) };
  if (here && what === "page") ctx.body = "<!doctype html><p>Sign in</p>";
  if (ctx.path === "/.well-known/openid-configuration" && place === "discovery") {
    if (what === "other_issuer") ctx.body = { ...ctx.body, issuer: "https://login.example.com" };
    if (what === "no_s256") ctx.body = { ...ctx.body, code_challenge_methods_supported: ["plain"] };
    if (what === "bad_address") ctx.body = { ...ctx.body, token_endpoint: "http://192.0.2.1/token" };
  }
  if (ctx.path === "/jwks" && told.bad === "rotated") ctx.body = { keys: [keys.second.open] };
  if (ctx.path === "/token" && ctx.body?.id_token) ctx.body = { ...ctx.body, id_token: await changed(ctx.body.id_token) };
  const to = ctx.response.get("location") ?? "";
  if (place === "answer" && to.startsWith(redirect)) {
    const url = new URL(to);
    if (what === "no_iss") url.searchParams.delete("iss");
    if (what === "wrong_iss") url.searchParams.set("iss", "https://login.example.com");
    if (what === "no_code") url.searchParams.delete("code");
    ctx.set("location", url.href);
  }
});

const answer = provider.callback();

async function finish(request, response, account) {
  const result =
    told.bad === "denied"
      ? { error: "access_denied", error_description: "no" }
      : { login: { accountId: account, acr: ACR, amr: ["pwd", "otp"] } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

server.on("request", async (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === "/control") {
    let body = "";
    for await (const part of request) body += part;
    told = { account: "", bad: "", ...JSON.parse(body) };
    if (told.now) shift = Date.parse(told.now) - real();
    response.end();
  } else if (url.pathname.startsWith("/interaction/")) {
    const account = told.account || url.searchParams.get("account");
    if (account) return finish(request, response, account);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="ja"><title>庁内アカウント</title><form><label>職員ID <input name="account"></label><button>サインイン</button></form></html>`);
  } else {
    answer(request, response);
  }
});

console.log(issuer);
// Whoever started it may not listen any longer.
process.stdout.on("error", () => {});
