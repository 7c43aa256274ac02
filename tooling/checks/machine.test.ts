import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli, testContext, type Ran } from "../cli/testing/run-cli.ts";
import { ROOT } from "../sync/paths.ts";
import type { Finding } from "./check.ts";
import { node } from "./node.ts";
import { packages } from "./packages.ts";
import { registry } from "./registry.ts";
import { port } from "./port.ts";
import { stateFolder } from "./state-folder.ts";
import { lookAt } from "./world/look.ts";
import type { MachineView, World } from "./world/world.ts";

/** Nothing runs here, and the folder is empty. */
const away = { HOOX_URL: "http://localhost:1" };

async function findings(look: { diagnose: (world: World) => Promise<object[]> }, machine: Partial<MachineView>) {
  const place = { name: "local", local: true, flag: "", mesh: undefined, account: undefined, problems: [] };
  const world = lookAt(testContext(), place);
  const seen = await look.diagnose({ ...world, machine: { ...world.machine, ...machine } });
  // Every check answers what it has seen.
  return (seen as { found?: Finding }[]).map(({ found }) => found?.what);
}

describe("this machine", () => {
  it.each([
    ["old", { nodeVersion: "18.20.0" }, "Node 18.20.0 is older than 20"],
    ["missing", { pinnedNode: async () => ({ wanted: "24.1.0", installed: undefined }) }, "the pinned Node is missing"],
    [
      "another",
      { pinnedNode: async () => ({ wanted: "24.1.0", installed: "22.0.0" }) },
      "the pinned Node is 22.0.0, not 24.1.0",
    ],
  ])("needs its Node, and finds it %s", async (_, machine, what) => {
    expect(await findings(node, machine)).toEqual([what]);
  });

  it("needs the packages that were tested", async () => {
    const what = "the installed packages are not those of package-lock.json";
    expect(await findings(packages, { packagesAreCurrent: async () => false })).toEqual([what]);
    expect(await findings(packages, { packagesAreCurrent: async () => true })).toEqual([]);
  });

  it("needs a port, unless its own mesh has it", async () => {
    const taken = { portIsFree: async () => false };
    const running = async () => ({ url: "http://localhost:8787", startedAt: new Date(0) });
    expect(await findings(port, { ...taken, running: async () => undefined })).toHaveLength(1);
    expect(await findings(port, { ...taken, running })).toEqual([]);
  });

  it("needs a folder that it can write to", async () => {
    const state = async () => ({ path: "/somewhere", writable: false });
    expect(await findings(stateFolder, { state })).toEqual(["/somewhere cannot be written to"]);
  });
});

describe("the registry", () => {
  it("is what each wrangler.jsonc has to say", async () => {
    const unsynced = async () => [join(ROOT, "services/hoox/wrangler.jsonc")];
    const what = "services/hoox/wrangler.jsonc has other queues than the registry";
    expect(await findings(registry, { unsynced })).toEqual([what]);
  });
});

describe("the local secrets", () => {
  it("are made up and closed by repair secrets, and then nothing is left to mend", async () => {
    const { root } = testContext();
    writeFileSync(join(root, ".dev.vars"), "OPERATOR_KEY_BINDING=an-operator-key-of-long-ago\n");
    chmodSync(join(root, ".dev.vars"), 0o644);
    const hoox = (...words: string[]): Promise<Ran> => runCli(words, { root, env: away });

    const before = await hoox("check", "setup");
    expect(before).toMatchObject({ exitCode: 1 });
    expect(before.stdout).toMatch(/\.dev\.vars lacks INTERNAL_KEY_BINDING[^]*→ npx hoox repair secrets/);
    expect(before.stdout).toContain(".dev.vars can be read by other users");
    expect(before.stdout).not.toContain("an-operator-key-of-long-ago");

    const mended = await hoox("repair", "secrets", "--yes");
    expect(mended.stdout).toMatch(/done {2}make up INTERNAL_KEY_BINDING/);
    expect((await hoox("check", "setup")).stdout).not.toContain(".dev.vars");
  });
});

describe("without a mesh", () => {
  it("doctor says what it could not look at, and never that all is well", async () => {
    const { root } = testContext();
    mkdirSync(join(root, ".hoox"));
    const ran = await runCli(["doctor", "--json"], { root, env: away });

    const { unseen } = JSON.parse(ran.stdout) as { unseen: { checks: string[]; why: string }[] };
    expect([1, 3]).toContain(ran.exitCode);
    expect(unseen.find(({ why }) => why.includes("no mesh answers"))?.checks).toEqual(
      expect.arrayContaining(["answers", "letters", "attention"]),
    );
  });

  it("repairs of what only an account has say so", async () => {
    expect(await runCli(["repair", "queues"], { env: away })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("npx hoox repair queues --remote"),
    });
  });
});
