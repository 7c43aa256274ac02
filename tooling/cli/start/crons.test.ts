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
  it("reaches every Worker of the session that has one due, whatever its place", async () => {
    const fired: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = String(input);
      if (url.endsWith("/workers")) {
        return Response.json({
          result: [
            { name: "hoox", triggers: { crons: [] } },
            { name: "d1-worker", triggers: { crons: ["0 4 * * *"] } },
            { name: "ops-worker", triggers: { crons: ["* * * * *"] } },
          ],
        });
      }
      fired.push(`${url} ${String(init?.body)}`);
      return Response.json({ success: true });
    };

    expect(await fireDue({ fetch }, { url: "http://localhost:8787", at })).toEqual(["ops-worker"]);
    expect(fired).toEqual([
      `http://localhost:8787/cdn-cgi/local/explorer/api/local/scheduled?worker=ops-worker ${JSON.stringify({ cron: "* * * * *", scheduled_time: at.getTime() })}`,
    ]);
  });
});
