import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh, type Script } from "../../testing/fake-mesh.ts";
import { NOW, runCli, stopper } from "../../testing/run-cli.ts";
import { ID, logRow } from "../../testing/samples.ts";

type Page = { logs: ReturnType<typeof logRow>[]; next: number };

const row = (cursor: number, change: Parameters<typeof logRow>[0] = {}): ReturnType<typeof logRow> =>
  logRow({ cursor, id: `line-${cursor}`, message: `line ${cursor}`, ...change });
const page = (next: number, ...cursors: number[]): Page => ({ logs: cursors.map((cursor) => row(cursor)), next });
const shown = (stdout: string): string[] => stdout.match(/line \d+/g) ?? [];

/** Answers these in turn, each a page, a refusal or what a function says; then presses Ctrl-C. */
function inTurn(...replies: (Page | ReturnType<typeof refusal>)[]): {
  script: Script;
  ctrlC: ReturnType<typeof stopper>;
} {
  const ctrlC = stopper();
  const logs: Script["logs"] = () => {
    const reply = replies.shift();
    if (reply === undefined) ctrlC.stop();
    return reply === undefined ? { body: page(0) } : "logs" in reply ? { body: reply } : reply;
  };
  return { script: { logs }, ctrlC };
}

describe("hoox logs tail", () => {
  it("shows what is stored, then what comes in behind it, and ends well at Ctrl-C", async () => {
    const { script, ctrlC } = inTurn(page(2, 1, 2), page(2), page(5, 3, 5));
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["logs", "tail"], { mesh, ...ctrlC });

    expect(ran.exitCode).toBe(0);
    expect(shown(ran.stdout)).toEqual(["line 1", "line 2", "line 3", "line 5"]);
    expect(mesh.asked.map(({ query }) => [query["after"], query["limit"], query["wait"]])).toEqual([
      [undefined, "20", "0"],
      ["2", "1000", "20"],
      ["2", "1000", "20"],
      ["5", "1000", "20"],
    ]);
  });

  it("reads all that is stored since a time page by page before it waits for more", async () => {
    const full = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const { script, ctrlC } = inTurn(page(1_000, ...full), page(1_001, 1_001));
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["logs", "tail", "--since", "10m"], { mesh, ...ctrlC });

    expect(shown(ran.stdout)).toHaveLength(1_001);
    expect(mesh.asked.map(({ query }) => [query["after"], query["wait"]])).toEqual([
      ["0", "0"],
      ["1000", "0"],
      ["1001", "20"],
    ]);
    expect(mesh.asked[0]?.query["since"]).toBe("2026-11-23T11:50:00.000Z");
  });

  it("asks for exactly what the flags say, and says so", async () => {
    await using mesh = await startFakeMesh({ logs: page(9, 1) });
    const flags = ["--request-id", ID, "--level", "warn", "--grep", "lane", "--no-follow"];
    const ran = await runCli(["logs", "tail", "hoox", "d1-worker", ...flags], { mesh });

    expect(mesh.asked).toHaveLength(1);
    expect(mesh.asked[0]?.query).toMatchObject({
      requestId: ID,
      worker: "hoox,d1-worker",
      level: "warn",
      grep: "lane",
      after: "0",
    });
    expect(ran.stderr).toContain(`lines of request ${ID}, of hoox, d1-worker, warn and above, with "lane"`);
  });

  it("sorts what comes in together by time, and names the request of each line unless all have one", async () => {
    const late = row(2, { created_at: "2026-11-23T11:59:57.000Z" });
    await using mesh = await startFakeMesh({ logs: { logs: [row(1), late], next: 2 } });
    const all = await runCli(["logs", "tail", "--no-follow"], { mesh });
    const one = await runCli(["logs", "tail", "--request-id", ID, "--no-follow"], { mesh });

    expect(shown(all.stdout)).toEqual(["line 2", "line 1"]);
    expect([all.stdout.includes("9b1deb4d"), one.stdout.includes("9b1deb4d")]).toEqual([true, false]);
  });

  it("breaks long lines between words on a narrow terminal", async () => {
    await using mesh = await startFakeMesh({ logs: { logs: [row(1, { message: "word ".repeat(30) })], next: 1 } });
    const { stdout } = await runCli(["logs", "tail", "--no-follow"], { mesh, columns: 80 });

    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("prints one JSON document per line with --json", async () => {
    const { script, ctrlC } = inTurn(page(1, 1), page(3, 2, 3));
    await using mesh = await startFakeMesh(script);
    const { stdout } = await runCli(["logs", "tail", "--json"], { mesh, ...ctrlC });
    const lines = stdout.trimEnd().split("\n");

    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([row(1), row(2), row(3)]);
  });

  it("takes up a lost connection where it was, asking ever less often", async () => {
    const { script, ctrlC } = inTurn(
      page(1, 1),
      refusal(503, "the database is away"),
      refusal(502, "ops-worker failed"),
      page(2, 2),
    );
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["logs", "tail"], { mesh, ...ctrlC });

    expect(shown(ran.stdout)).toEqual(["line 1", "line 2"]);
    expect(ran.stderr).toMatch(/the database is away .*; asking again in 1\.0 s\n.*ops-worker failed .*in 2\.0 s/);
    expect(ran.stderr).toContain("connected again after 3.0 s; no line is left out");
    expect(mesh.asked.map(({ query }) => query["after"])).toEqual([undefined, "1", "1", "1", "2"]);
  });

  it("waits for a mesh that went away and came back on the same port", async () => {
    const first = await startFakeMesh({ logs: page(1, 1) });
    const port = Number(new URL(first.url).port);
    const ctrlC = stopper();
    let sleeps = 0;
    let second: ReturnType<typeof createServer> | undefined;
    const ran = await runCli(["logs", "tail"], {
      mesh: first,
      ...ctrlC,
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (second === undefined && sleeps === 0) await first[Symbol.asyncDispose]();
        return answer;
      },
      sleep: async () => {
        sleeps += 1;
        if (sleeps !== 2) return;
        second = createServer((request, response) => {
          const isLast = request.url?.includes("after=2") ?? false;
          if (isLast) ctrlC.stop();
          response.end(JSON.stringify(isLast ? page(2) : page(2, 2)));
        });
        await new Promise<void>((done) => second?.listen(port, "127.0.0.1", done));
      },
    });
    second?.closeAllConnections();
    second?.close();

    expect(ran.exitCode).toBe(0);
    expect(shown(ran.stdout)).toEqual(["line 1", "line 2"]);
    expect(ran.stderr).toMatch(/no mesh answers at .*asking again in 1\.0 s/);
  });

  it("says that the clock jumped while it slept, and goes on", async () => {
    let now = NOW.getTime();
    const { script, ctrlC } = inTurn(page(1, 1), page(2, 2));
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["logs", "tail"], {
      mesh,
      ...ctrlC,
      now: () => new Date(now),
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (String(input).includes("after=1&")) now += 3 * 3_600_000;
        return answer;
      },
    });

    expect(shown(ran.stdout)).toEqual(["line 1", "line 2"]);
    expect(ran.stderr).toContain("the clock went forward by 3 h: this computer slept, or its time was set");
  });

  it.each([
    [["logs", "tail", "--no-reconnect"], 503, 3],
    [["logs", "tail"], 401, 3],
    [["logs", "tail"], 400, 2],
  ])("%j ends when a later answer is %d", async (argv, status, exitCode) => {
    const { script, ctrlC } = inTurn(page(1, 1), refusal(status, "no"));
    await using mesh = await startFakeMesh(script);

    expect((await runCli(argv, { mesh, ...ctrlC })).exitCode).toBe(exitCode);
    expect(mesh.asked).toHaveLength(2);
  });

  it("ends at once when the first question finds nobody", async () => {
    const ran = await runCli(["logs", "tail"], { env: { HOOX_URL: "http://localhost:1" } });

    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("start it with: npm start") });
  });

  it.each([
    [["logs", "worker", "d1-worker", "--no-follow"], "d1-worker"],
    [["logs", "tail", "--worker", "hoox", "--no-follow"], "hoox"],
    [["logs", "all", "--no-follow"], undefined],
    [["logs", "tail", "--all", "--level", "all", "--no-follow"], undefined],
  ])("is also %j", async (argv, worker) => {
    await using mesh = await startFakeMesh({ logs: page(1, 1) });

    expect((await runCli(argv, { mesh })).exitCode).toBe(0);
    expect(mesh.asked[0]?.query["worker"]).toBe(worker);
  });

  it.each([
    [["logs", "tail", "d1-wroker"], "did you mean d1-worker?"],
    [["logs", "tail", "--level", "eror"], "did you mean error?"],
    [["logs", "all", "hoox"], "all Workers, or only hoox?"],
    [["logs", "worker"], "of which Worker?"],
    [["logs", "tail", "--since", "soon"], "is no time"],
  ])("refuses %j", async (argv, words) => {
    const ran = await runCli(argv);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
  });
});
