import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { OPERATOR_KEY, startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli, type Ran, type RunOptions } from "../../testing/run-cli.ts";

const URL = "https://hoox.example.workers.dev";
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "hoox-profiles-"));
});

function run(line: string, options: RunOptions = {}): Promise<Ran> {
  return runCli(line.split(" "), { ...options, env: { XDG_CONFIG_HOME: home, ...options.env } });
}

it("a profile keeps the key that was typed, in a file of its owner, and shows it nowhere", async () => {
  const added = await run(`profile add production ${URL}`, { answer: "typed-operator-key" });
  const listed = await run("profile list --json");

  expect(added).toMatchObject({ exitCode: 0, stdout: `profile production: ${URL}, with an operator key\n` });
  expect(JSON.parse(listed.stdout).profiles).toEqual([
    { name: "production", url: URL, active: false, operatorKey: true },
  ]);
  expect(added.stdout + added.stderr + listed.stdout).not.toContain("typed-operator-key");
  expect(statSync(join(home, "hoox/profiles.json")).mode & 0o777).toBe(0o600);
});

it("the active profile is the one that commands speak to, with its key", async () => {
  await using mesh = await startFakeMesh({ queues: { queues: [] } });
  await run(`profile add desk ${mesh.url} --use`, { answer: OPERATOR_KEY });

  expect(await run("queues depth")).toMatchObject({ exitCode: 0 });
  expect(mesh.asked.map(({ line }) => line)).toEqual(["GET /ops/queues"]);
});

it("without a terminal the key comes from the environment", async () => {
  await run(`profile add production ${URL}`, { env: { HOOX_OPERATOR_KEY: "from-the-environment" } });

  expect(JSON.parse((await run("profile list --json")).stdout).profiles[0].operatorKey).toBe(true);
});

it("a name is overwritten only when told so, and an empty answer keeps the key", async () => {
  await run(`profile add production ${URL}`, { answer: "a-key" });
  const again = await run(`profile add production ${URL}`, { answer: "" });
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--replace") });

  const replaced = await run(`profile add production ${URL} --replace`, { answer: "" });
  expect(replaced.stdout).toContain("with an operator key");
});

it("a key is never kept for another address than the one it was typed for", async () => {
  await run(`profile add production ${URL}`, { answer: "a-key" });
  const moved = await run("profile add production https://elsewhere.example --replace", { answer: "" });

  expect(moved.stdout).toContain("without an operator key");
});

it("an address in the clear is refused, except on this machine", async () => {
  expect(await run("profile add production http://hoox.example.com")).toMatchObject({ exitCode: 2 });
  expect(await run("profile add production http://localhost:8787")).toMatchObject({ exitCode: 0 });
});

it("the name of the local mesh is taken", async () => {
  expect(await run(`profile add local ${URL}`)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("local"),
  });
});

it("use and remove name what there is when a name is wrong", async () => {
  await run(`profile add production ${URL}`);

  for (const verb of ["use", "remove"]) {
    const ran = await run(`profile ${verb} staging`);
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("local, production") });
  }
});

it("removing the active profile leads back to the local mesh", async () => {
  await run(`profile add production ${URL} --use`);
  const removed = await run("profile remove production");

  expect(removed.stderr).toContain("commands now speak to local");
  expect(JSON.parse((await run("profile list --json")).stdout).profiles).toEqual([]);
});
