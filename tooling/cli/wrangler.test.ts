import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
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
