// The hub of the run: its own data folder, a free port, the demo ward; stopped and cleared away at the end.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const binary = process.env.TSUNAGI_BIN ?? join(here, "../../target/debug/tsunagi");
const log = join(here, "results/hub.log");

/** Playwright calls this once before all tests, and what it returns once after them. */
export default async function start() {
  const data = await mkdtemp(join(tmpdir(), "tsunagi-browser-"));
  // As root the database runs under another account, which must be able to walk in.
  await chmod(data, 0o711);
  const port = await freePort();
  Object.assign(process.env, {
    TSUNAGI_DATA: join(data, "hub"),
    TSUNAGI_LISTEN: `127.0.0.1:${port}`,
    TSUNAGI_ORIGIN: `http://localhost:${port}`,
  });
  await mkdir(join(here, "results"), { recursive: true });
  const service = await signInService(data);
  const out = await open(log, "w");
  const hub = spawn(binary, ["quickstart"], { env: settings(), stdio: ["ignore", out.fd, out.fd] });
  const ended = new Promise((resolve) => hub.once("exit", resolve).once("error", resolve));
  const stop = async () => {
    hub.kill("SIGTERM");
    service.kill();
    await ended;
    await out.close();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await ready(ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** The sign-in service of the demo ward, and the operator's file that names it. */
async function signInService(data) {
  const script = join(here, "../provider/provider.js");
  const home = `${process.env.TSUNAGI_ORIGIN}/sign-in/provider/return`;
  const service = spawn(process.execPath, [script, home], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(service.stdout, "data");
  const folder = join(data, "providers");
  await mkdir(folder);
  const issuer = String(line).trim();
  await writeFile(join(folder, "999999"), `${issuer}\na-secret-of-the-tests-which-nobody-must-see\n`);
  Object.assign(process.env, { TSUNAGI_PROVIDERS: folder, PROVIDER_ISSUER: issuer });
  return service;
}

/** The settings of the hub under test, and nothing of the machine's own hub. */
function settings() {
  const env = { ...process.env };
  for (const name of ["DATABASE_URL", "TSUNAGI_MIGRATE_URL", "TSUNAGI_TLS_CERT", "TSUNAGI_TLS_KEY", "TSUNAGI_LOG_FORMAT"]) delete env[name];
  return env;
}

/** @returns {Promise<number>} a port nobody listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until the hub answers; gives its log when it does not. */
async function ready(ended) {
  const gone = ended.then(() => "gone");
  for (const until = Date.now() + 120_000; Date.now() < until; ) {
    const answer = await fetch(`http://${process.env.TSUNAGI_LISTEN}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if ((await Promise.race([gone, new Promise((wait) => setTimeout(wait, 200))])) === "gone") break;
  }
  throw new Error(`the hub did not start:\n${await readFile(log, "utf8")}`);
}

/**
 * Fresh links into the demo ward, one for each role.
 * @returns {Promise<{ role: string, name: string, organization: string, url: string }[]>}
 */
export async function demoLinks() {
  const { stdout } = await promisify(execFile)(binary, ["demo", "links", "--json"], { env: settings() });
  return JSON.parse(stdout);
}
