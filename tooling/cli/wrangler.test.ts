import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runProcess } from "./process.ts";
import { accountEnv, wrangler } from "./wrangler.ts";

/** A folder in which wrangler is this program. */
function rootWith(program: string): string {
  const root = mkdtempSync(join(tmpdir(), "hoox-no-wrangler-"));
  mkdirSync(join(root, "node_modules/wrangler/bin"), { recursive: true });
  writeFileSync(join(root, "node_modules/wrangler/bin/wrangler.js"), program);
  return root;
}

it("a wrangler that waits for ever is stopped, and the words say so", async () => {
  const context = { root: rootWith("console.log('uploading'); setInterval(() => undefined, 1_000);"), run: runProcess };

  await expect(wrangler(context, ["deploy"], { env: {}, timeoutMs: 500 })).rejects.toThrow(
    /^wrangler deploy did not end within 0.5 s, and was stopped/,
  );
});

it("a wrangler that fails is quoted", async () => {
  const context = { root: rootWith("console.error('no such queue'); process.exitCode = 7;"), run: runProcess };

  await expect(wrangler(context, ["deploy"], { env: {} })).rejects.toThrow(/failed \(exit 7\)\nno such queue/);
});

it("wrangler gets the account and no secret of the shell", () => {
  const env = { PATH: "/bin", INTERNAL_KEY_BINDING: "a-secret", MAIN_BINANCE_API_SECRET: "another" };

  const given = accountEnv({ env }, { CLOUDFLARE_ACCOUNT_ID: "an-account" }, "/logs");

  expect(given).toMatchObject({ PATH: "/bin", CLOUDFLARE_ACCOUNT_ID: "an-account" });
  expect(Object.values(given)).not.toContain("a-secret");
  expect(Object.values(given)).not.toContain("another");
});

it("wrangler is whoever the account's token names, and knows no key of the mesh", () => {
  const env = {
    CLOUDFLARE_API_KEY: "a-global-key",
    CLOUDFLARE_EMAIL: "somebody@example.com",
    HOOX_OPERATOR_KEY: "an-operators-key",
    HOOX_WEBHOOK_KEY: "a-webhook-key",
    HOOX_CURRENT_VALUE: "a-value",
    HOOX_URL: "https://hoox.example.com",
  };

  const given = accountEnv({ env }, { CLOUDFLARE_API_TOKEN: "a-token" }, "/logs");

  expect(given).toMatchObject({ CLOUDFLARE_API_TOKEN: "a-token", HOOX_URL: env.HOOX_URL });
  expect(JSON.stringify(given)).not.toMatch(/a-global-key|somebody|operators-key|webhook-key|a-value/);
});

/** What it starts holds its output open, as the real wrangler's own start does. */
const WITH_CHILD = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)"], { stdio: "inherit" });`;

it("a wrangler apart is stopped with all that it has started", async () => {
  const context = { root: rootWith(WITH_CHILD), run: runProcess };

  await expect(wrangler(context, ["deploy"], { env: {}, timeoutMs: 500, apart: true })).rejects.toThrow(
    /^wrangler deploy did not end within 0.5 s, and was stopped/,
  );
});

it("a wrangler apart is not reached by a Ctrl-C, which reaches everybody else at the terminal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hoox-ctrl-c-"));
  const waiting = `
    const { existsSync, writeFileSync } = require("node:fs");
    writeFileSync("begun", "");
    setInterval(() => { if (existsSync("stopped")) process.exit(7); }, 20);`;
  const terminal = `
    import { writeFileSync } from "node:fs";
    import { runProcess } from ${JSON.stringify(join(import.meta.dirname, "process.ts"))};
    process.on("SIGINT", () => writeFileSync("stopped", ""));
    const of = { cwd: process.cwd(), env: process.env, timeoutMs: 10_000, apart: true };
    const { code } = await runProcess(process.execPath, ["-e", ${JSON.stringify(waiting)}], of);
    process.exitCode = code === 7 ? 0 : 1;`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", terminal], { cwd: folder, detached: true });
  const ended = new Promise((done) => child.on("close", done));
  await expect.poll(() => existsSync(join(folder, "begun")), { timeout: 10_000 }).toBe(true);
  if (child.pid === undefined) throw new Error("the terminal has not begun");
  process.kill(-child.pid, "SIGINT");

  expect(await ended).toBe(0);
});
