import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh, type Script } from "../../testing/fake-mesh.ts";
import { runCli, stopper } from "../../testing/run-cli.ts";

const depth = (backlogCount: number) => ({ queue: "records", backlogCount, backlogBytes: 0 });

/** Depths in turn, then Ctrl-C. */
function watched(...depths: (number | ReturnType<typeof refusal>)[]): {
  script: Script;
  ctrlC: ReturnType<typeof stopper>;
} {
  const ctrlC = stopper();
  const queues: Script["queues"] = () => {
    const next = depths.shift();
    if (depths.length === 0) ctrlC.stop();
    return typeof next === "object" ? next : { body: { queues: [depth(next ?? 0)] } };
  };
  return { script: { queues }, ctrlC };
}

describe("hoox queues depth --watch", () => {
  it("prints a line per look where nothing can be redrawn", async () => {
    const { script, ctrlC } = watched(0, 10, 4, 4);
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["queues", "depth", "--watch"], { mesh, ...ctrlC });

    expect(ran).toEqual({
      exitCode: 0,
      stderr: "",
      stdout:
        "12:00:00 all queues are empty\n12:00:02 records 10 (▲ 5.0/s, oldest -)\n12:00:04 records 4 (▲ 1.0/s, oldest -)\n",
    });
  });

  it("prints one JSON document per look with --json, however wide the terminal", async () => {
    const { script, ctrlC } = watched(0, 10, 10);
    await using mesh = await startFakeMesh(script);
    const screen = () => ({ columns: 80, rows: 24 });
    const ran = await runCli(["queues", "depth", "--watch", "--interval", "5", "--json"], { mesh, ...ctrlC, screen });

    expect(
      ran.stdout
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { at: "2026-11-23T12:00:00.000Z", queues: [depth(0)] },
      { at: "2026-11-23T12:00:05.000Z", queues: [{ ...depth(10), perSecond: 2 }] },
    ]);
  });

  it("redraws in place on a terminal, gives it back at the end and leaves what was seen last", async () => {
    const { script, ctrlC } = watched(1, 2, 3);
    await using mesh = await startFakeMesh(script);
    const screen = () => ({ columns: 80, rows: 24 });
    const { stdout } = await runCli(["queues", "depth", "--watch"], { mesh, ...ctrlC, screen });
    const [inside = "", after = ""] = stdout.split("\u001B[?1049l");

    expect(inside.startsWith("\u001B[?1049h\u001B[?25l\u001B[H")).toBe(true);
    expect(inside.split("\u001B[H")).toHaveLength(3);
    expect(inside.endsWith("\u001B[?25h")).toBe(true);
    expect(after).toMatch(/^queues of HOOX_URL .*\n\nqueue .*\nrecords +2 +▲ 0\.5\/s/);
  });

  it("gives the terminal back when it ends by an error", async () => {
    const { script, ctrlC } = watched(1, refusal(401, "no"), 1);
    await using mesh = await startFakeMesh(script);
    const screen = () => ({ columns: 80, rows: 24 });
    const ran = await runCli(["queues", "depth", "--watch"], { mesh, ...ctrlC, screen });

    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toContain("\u001B[?25h\u001B[?1049l");
  });

  it("says within the picture that the connection is lost, and goes on", async () => {
    const { script, ctrlC } = watched(1, refusal(503, "ops-worker is away"), 2, 2);
    await using mesh = await startFakeMesh(script);
    const screen = () => ({ columns: 100, rows: 24 });
    const ran = await runCli(["queues", "depth", "--watch"], { mesh, ...ctrlC, screen });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/ops-worker is away .*asking again in 1\.0 s/);
    expect(ran.stdout).toMatch(/records +2 /);
  });

  it.each([
    [["--watch", "--interval", "0"], "no whole number from 1 to 3600"],
    [["--interval", "5"], "--interval goes with --watch"],
  ])("refuses %j", async (flags, words) => {
    expect(await runCli(["queues", "depth", ...flags])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(words),
    });
  });
});
