import { describe, expect, it } from "vitest";
import { fireDue, isDue } from "./crons.ts";

const at = new Date("2026-11-23T03:30:00.000Z");

describe("a cron expression", () => {
  it.each([
    ["* * * * *", true],
    ["30 3 * * *", true],
    ["*/15 * * * *", true],
    ["*/20 * * * *", false],
    ["0 3 * * *", false],
    ["0,30 0-6 * * *", true],
    ["30 3 23 11 *", true],
    ["* * * * 2", true],
    ["* * * * 3", false],
    ["nonsense", false],
    ["* * * * MON", false],
  ])("%s falls on Monday 03:30: %s", (cron, due) => {
    expect(isDue(cron, at)).toBe(due);
  });
});

describe("firing crons", () => {
  const workers = {
    result: [
      { name: "hoox", triggers: { crons: [] } },
      { name: "d1-worker", triggers: { crons: ["0 4 * * *", "30 * * * *"] } },
      { name: "ops-worker", triggers: { crons: ["* * * * *"] } },
    ],
  };

  /** A mesh whose first `failures` answers to a cron of ops-worker are 502. */
  function mesh({ failures }: { failures: number }) {
    const fired: string[] = [];
    const pauses: number[] = [];
    let left = failures;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = String(input);
      if (url.endsWith("/workers")) return Response.json(workers);
      if (url.endsWith("=ops-worker") && left-- > 0) return new Response("no such session", { status: 502 });
      fired.push(`${url} ${String(init?.body)}`);
      return Response.json({ success: true });
    };
    const sleep = async (ms: number): Promise<void> => void pauses.push(ms);
    const names = (): string[] => fired.map((each) => /worker=([\w-]+)/.exec(each)?.[1] ?? "");
    return { fired, names, pauses, fire: () => fireDue({ fetch, sleep }, { url: "http://localhost:8787", at }) };
  }

  it("reaches every Worker of the session that has one due, whatever its place", async () => {
    const { fire, fired } = mesh({ failures: 0 });

    expect(await fire()).toEqual(["d1-worker", "ops-worker"]);
    expect(fired[1]).toBe(
      `http://localhost:8787/cdn-cgi/local/explorer/api/local/scheduled?worker=ops-worker ${JSON.stringify({ cron: "* * * * *", scheduled_time: at.getTime() })}`,
    );
  });

  it("tries one that failed again, after a pause and without firing the others twice", async () => {
    const { fire, names, pauses } = mesh({ failures: 1 });

    await fire();
    expect(names()).toEqual(["d1-worker", "ops-worker"]);
    expect(pauses).toHaveLength(1);
  });

  it("says what failed twice in a row", async () => {
    await expect(mesh({ failures: 2 }).fire()).rejects.toThrow("ops-worker (* * * * *): 502 no such session");
  });
});
