import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissions } from "../../../cloudflare/permissions.ts";
import { accountWithMesh } from "../../../deploy/testing/deployed-mesh.ts";
import { deployerOn, type Deployer } from "../../../deploy/testing/deployer.ts";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { ROOT } from "../../../sync/paths.ts";
import { argumentsOf } from "../../testing/command-lines.ts";
import { runCli } from "../../testing/run-cli.ts";

const guide = readFileSync(join(ROOT, "docs/deploy.md"), "utf8");
const readme = /\n## Deploy\n([\s\S]*?)\n## /.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1] ?? "";

function linesOf(text: string): string[] {
  const blocks = text.match(/```sh\n[^`]*```/g) ?? [];
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line.startsWith("npx hoox "));
}

describe("what the guide to a deployment prints", () => {
  let fake: FakeCloudflare;
  let terminal: Deployer;
  let bookmark = "";
  beforeAll(async () => {
    ({ fake } = await accountWithMesh());
    terminal = deployerOn(fake);
  });
  afterAll(async () => {
    rmSync(join(ROOT, "hoox.sql"), { force: true });
    await fake.stop();
  });

  it("are some commands at all", () => {
    expect(linesOf(readme).length).toBeGreaterThan(2);
    expect(linesOf(guide).length).toBeGreaterThan(10);
  });

  it.each([...linesOf(readme), ...linesOf(guide)])("works as it stands there, in its order: %s", async (line) => {
    if (line.includes("rollback")) madeFromAnOlderSource("d1-worker");
    const { root, fetch, run, env } = terminal.context;
    const words = argumentsOf(line.replace("<bookmark>", bookmark)) ?? [];
    const ran = await runCli(words, { root, fetch, run, env, answer: "y", now: () => new Date() });
    bookmark = / restore (\S+) --remote/.exec(ran.stderr)?.[1] ?? bookmark;

    expect({ exitCode: ran.exitCode, errors: ran.stderr.match(/^error: .*/gm) }).toEqual({ exitCode: 0, errors: null });
  });

  it("names every permission that the token needs", () => {
    const rows = permissions.map((each) => `| ${each.name}: ${each.level} | ${each.for} |`);
    expect(rows.filter((row) => !guide.includes(row))).toEqual([]);
  });

  function madeFromAnOlderSource(worker: string): void {
    const from = fake.state.script(worker).versions[0]?.bindings.find(({ name }) => name === "DEPLOYED_FROM");
    Object.assign(from ?? {}, { text: "an-older-source" });
  }
});
