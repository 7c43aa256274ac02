import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { HooxContext } from "../context.ts";
import { claimState } from "./claim-state.ts";
import { readMesh, type MeshFile } from "./mesh-file.ts";
import { freePort } from "./ports.ts";
import { endGroup, groupLives } from "./processes.ts";

// Only `sleep` of it is used.
const context = { sleep: (ms: number) => setTimeout(ms) } as unknown as HooxContext;
const mesh = (change: Partial<MeshFile> = {}): MeshFile => ({
  pid: process.pid,
  url: "http://localhost:8787",
  port: 8787,
  startedAt: "2026-11-23T12:00:00.000Z",
  without: [],
  ...change,
});
const fresh = (): string => mkdtempSync(join(tmpdir(), "hoox-state-"));
const note = (): void => undefined;

/** A process that looks like a `hoox start`, leading a group of its own. */
async function stranger(): Promise<{ pid: number; end: () => Promise<void> }> {
  const child = spawn(
    process.execPath,
    ["-e", "process.stdout.write('up'); setInterval(() => {}, 1000)", "hoox", "start", "workerd"],
    { detached: true, stdio: ["ignore", "pipe", "ignore"] },
  );
  if (child.stdout) await once(child.stdout, "data");
  const pid = child.pid ?? 0;
  const gone = once(child, "exit");
  return {
    pid,
    async end() {
      await endGroup(pid, { patienceMs: 1_000, sleep: (ms) => setTimeout(ms) });
      await gone;
    },
  };
}

describe("claiming a state", () => {
  it("writes down who runs there, and forgets it afterwards", async () => {
    const state = fresh();
    const claim = await claimState(context, { state, mine: mesh(), note });
    await claim.update({ group: 77 });
    expect(await readMesh(state)).toEqual(mesh({ group: 77 }));

    await claim.release();
    expect(existsSync(join(state, "mesh.json"))).toBe(false);
  });

  it("is refused in words while another start runs there", async () => {
    const state = fresh();
    const other = await stranger();
    writeFileSync(join(state, "mesh.json"), JSON.stringify(mesh({ pid: other.pid })));

    await expect(claimState(context, { state, mine: mesh(), note })).rejects.toThrow(
      /a mesh already runs on .*http:\/\/localhost:8787/,
    );
    await other.end();
  });

  it("succeeds after a killed start, and ends what that left running", async () => {
    const state = fresh();
    const remains = await stranger();
    writeFileSync(join(state, "mesh.json"), JSON.stringify(mesh({ pid: 2 ** 22 + 1, group: remains.pid })));
    const notes: string[] = [];
    await claimState(context, { state, mine: mesh(), note: (text) => notes.push(text) });

    expect(groupLives(remains.pid)).toBe(false);
    expect(notes).toEqual(["an earlier start was killed and left workerd running: ending it"]);
  });

  it("does not mind half a file", async () => {
    const state = fresh();
    writeFileSync(join(state, "mesh.json"), '{"pid": 12');

    await claimState(context, { state, mine: mesh(), note });
    expect(await readMesh(state)).toEqual(mesh());
  });
});

describe("the port", () => {
  it("is refused in words, with another to try, when something listens there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    await expect(freePort(port)).rejects.toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining(`--port ${port + 1}`),
    });
    server.close();
  });

  it("is any free one for 0", async () => {
    expect(await freePort(0)).toBeGreaterThan(1_023);
  });
});
