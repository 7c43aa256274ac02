import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh, type Script } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const depths = (records: number, letters = 0) => ({
  queues: [
    { queue: "records", backlogCount: records, backlogBytes: 0 },
    { queue: "records-dlq", backlogCount: letters, backlogBytes: 0 },
  ],
});

async function checked(script: Script, ...flags: string[]) {
  await using mesh = await startFakeMesh({ config: { entries: [] }, ...script });
  return await runCli(["check", "queues", ...flags], { mesh });
}

describe("hoox check queues", () => {
  it.each([
    [depths(0), [], 0],
    [depths(9), ["--warn", "10", "--critical", "20"], 0],
    [depths(10), ["--warn", "10", "--critical", "20"], 1],
    [depths(20), ["--warn", "10", "--critical", "20"], 1],
    [depths(0, 1), [], 1],
    [{ ...depths(0), problems: ["depth of commands: no answer"] }, [], 3],
    [depths(9), ["--warn", "10", "--critical", "20", "--nagios"], 0],
    [depths(10), ["--warn", "10", "--critical", "20", "--nagios"], 1],
    [depths(20), ["--warn", "10", "--critical", "20", "--nagios"], 2],
    [{ ...depths(0), problems: ["depth of commands: no answer"] }, ["--nagios"], 3],
  ])("of %j with %j exits %d", async (queues, flags, exitCode) => {
    expect((await checked({ queues }, ...flags)).exitCode).toBe(exitCode);
  });

  it("says which queue, why, and where to look further", async () => {
    const { stdout, stderr } = await checked({ queues: depths(10) }, "--warn", "10");

    expect(stdout).toMatch(/^records +warning +10 .*10 messages \(warning from 10\)$/m);
    expect(stdout).toMatch(/queues: warning\n$/);
    expect(stderr).toContain("npx hoox queues depth --watch");
  });

  it("has the level in its document", async () => {
    const { stdout } = await checked({ queues: depths(10) }, "--warn", "10", "--json");

    expect(JSON.parse(stdout)).toEqual({
      level: "warning",
      queues: [
        { queue: "records", level: "warning", messages: 10, warn: 10, reasons: ["10 messages (warning from 10)"] },
        { queue: "records-dlq", level: "ok", messages: 0, critical: 1, reasons: [] },
      ],
      problems: [],
    });
  });

  it("goes by the levels that KV sets of the monitor", async () => {
    const value = JSON.stringify({ alerts: { "records.backlog": { enter: 3 } } });
    const config = { entries: [{ key: "config:monitor", value }] };

    expect((await checked({ queues: depths(3), config })).exitCode).toBe(1);
  });

  it.each([
    [{ entries: [{ key: "config:monitor", value: "{" }] }, "config:monitor in KV cannot be read"],
    [() => refusal(503, "KV is away"), "KV is away"],
  ])("says when it could not read them, and goes by the registry's", async (config, words) => {
    const ran = await checked({ queues: depths(0), config });

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain(words);
  });

  it.each([
    [["--warn", "10", "--critical", "9"], "--critical 9 is below --warn 10"],
    [["--warn", "many"], "is no whole number"],
    [["--critical", "0"], "is no whole number"],
  ])("refuses %j", async (flags, words) => {
    expect(await checked({ queues: depths(0) }, ...flags)).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
  });
});
