import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OPERATOR_KEY, startFakeMesh } from "./testing/fake-mesh.ts";
import { runCli } from "./testing/run-cli.ts";

const queues = { queues: [] };

function repository(files: Record<string, unknown>): string {
  const root = mkdtempSync(join(tmpdir(), "hoox-target-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}

const meshFile = (url: string): object => ({
  pid: 1,
  url,
  port: 1,
  startedAt: "2026-11-23T12:00:00.000Z",
  without: [],
});

describe("which mesh a command speaks to", () => {
  it("is the local one where start wrote it down, with the key of .dev.vars", async () => {
    await using mesh = await startFakeMesh({ queues });
    const root = repository({
      ".hoox/mesh.json": meshFile(mesh.url),
      ".dev.vars": `OPERATOR_KEY_BINDING="${OPERATOR_KEY}"\n`,
    });

    expect(await runCli(["queues", "depth"], { root })).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("is the first key while two are valid during a rotation", async () => {
    await using mesh = await startFakeMesh({ queues });
    const root = repository({
      ".hoox/mesh.json": meshFile(mesh.url),
      ".dev.vars": `OPERATOR_KEY_BINDING=${OPERATOR_KEY},older\n`,
    });

    expect((await runCli(["queues", "depth"], { root })).exitCode).toBe(0);
  });

  it("is the active profile before the local one, and --target before that", async () => {
    await using active = await startFakeMesh({ queues });
    await using other = await startFakeMesh({ queues });
    const profile = (url: string): object => ({ url, operatorKey: OPERATOR_KEY });
    const root = repository({
      "config/hoox/profiles.json": {
        active: "live",
        profiles: { live: profile(active.url), test: profile(other.url) },
      },
    });

    await runCli(["queues", "depth"], { root });
    await runCli(["queues", "depth", "--target", "test"], { root });
    expect([active.asked.length, other.asked.length]).toEqual([1, 1]);
  });

  it("is HOOX_URL before everything else", async () => {
    await using mesh = await startFakeMesh({ queues });
    const root = repository({ "config/hoox/profiles.json": { active: "gone", profiles: {} } });

    expect((await runCli(["queues", "depth", "--target", "nowhere"], { root, mesh })).exitCode).toBe(0);
  });

  it("never gets the local secrets when it is not on this machine", async () => {
    const root = repository({ ".dev.vars": "OPERATOR_KEY_BINDING=local\n" });
    const sent: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (...call) => {
      sent.push(call);
      return Response.json({});
    };

    const ran = await runCli(["queues", "depth"], { root, fetch, env: { HOOX_URL: "https://hoox.example.com" } });
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("set HOOX_OPERATOR_KEY") });
    expect(sent).toEqual([]);
  });
});
