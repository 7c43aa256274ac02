import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { meshFilePath } from "./mesh-file.ts";
import { enrol, localMesh } from "./running.ts";

const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

/** A process that looks like a `hoox start`. */
async function start(): Promise<{ pid: number; kill: () => Promise<void> }> {
  const child = spawn(
    process.execPath,
    ["-e", "process.stdout.write('up'); setInterval(() => {}, 1000)", "hoox", "start"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  ended.push(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { pid: child.pid ?? 0, kill };
}

const folder = (): string => mkdtempSync(join(tmpdir(), "hoox-running-"));
const urlOf = async (root: string): Promise<string | undefined> => (await localMesh(root)).mesh?.url;

async function run(root: string, of: { pid: number; url: string; startedAt: string; state?: string }) {
  const { state = folder(), pid, url, startedAt } = of;
  mkdirSync(state, { recursive: true });
  writeFileSync(meshFilePath(state), JSON.stringify({ pid, url, port: 1, startedAt, without: [] }));
  return { state, withdraw: await enrol(root, { pid, state }) };
}

describe("the local mesh", () => {
  it("is found wherever it keeps its state", async () => {
    const root = folder();
    const { pid } = await start();
    const { state } = await run(root, { pid, url: "http://localhost:9001", startedAt: "2026-11-23T12:00:00.000Z" });

    expect(await localMesh(root)).toMatchObject({ state, mesh: { url: "http://localhost:9001" } });
  });

  it("is the last started of several, then the one before it", async () => {
    const root = folder();
    const [first, second] = [await start(), await start()];
    await run(root, { ...first, url: "http://localhost:9001", startedAt: "2026-11-23T12:00:00.000Z" });
    const last = await run(root, { ...second, url: "http://localhost:9002", startedAt: "2026-11-23T12:05:00.000Z" });

    expect(await urlOf(root)).toBe("http://localhost:9002");
    await last.withdraw();
    expect(await urlOf(root)).toBe("http://localhost:9001");
  });

  it("is never one that was killed, which the next start forgets", async () => {
    const root = folder();
    const [killed, next] = [await start(), await start()];
    await run(root, { ...killed, url: "http://localhost:9001", startedAt: "2026-11-23T12:00:00.000Z" });
    await killed.kill();
    expect(await localMesh(root)).toEqual({ state: join(root, ".hoox"), mesh: undefined });

    await run(root, { ...next, url: "http://localhost:9002", startedAt: "2026-11-23T12:01:00.000Z" });
    expect(readdirSync(join(root, ".hoox", "running"))).toEqual([`${next.pid}.json`]);
  });
});
