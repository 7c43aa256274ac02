import { describe, expect, it } from "vitest";
import { healthOf } from "./health-of.ts";

const WELL = { worker: "ledger-worker", status: "ok", version: "1", dependencies: [] };

async function seenAs(answer: () => Promise<Response>) {
  return healthOf("ledger-worker", { fetch: answer }, 1_000);
}

describe("another Worker's health", () => {
  it("is what it says itself", async () => {
    expect(await seenAs(async () => Response.json(WELL))).toEqual({ status: "ok" });
  });

  it("is failing with the first reason it gives", async () => {
    const dependencies = [{ name: "records", status: "failing", detail: "overloaded" }];

    expect(
      await seenAs(async () => Response.json({ ...WELL, status: "failing", dependencies }, { status: 503 })),
    ).toEqual({
      status: "failing",
      detail: "records: overloaded",
    });
  });

  it.each([
    [
      "wrangler dev answers",
      async () => new Response('Worker "ledger-worker" not found. Make sure it is running locally.', { status: 503 }),
    ],
    [
      "an older wrangler dev answers",
      async () => new Response('Couldn\'t find a local dev session for the "default" entrypoint', { status: 503 }),
    ],
    ["the platform answers", async () => new Response("error code: 1042", { status: 404 })],
    [
      "the binding throws",
      () => Promise.reject(new Error('Worker "ledger-worker" not found. Make sure it is running locally.')),
    ],
  ])("is that of a missing Worker when %s", async (_, answer) => {
    expect(await seenAs(answer)).toEqual({ status: "not_deployed" });
  });

  it.each([
    ["it crashes", () => Promise.reject(new Error("boom")), "boom"],
    [
      "it answers an error page",
      async () => new Response("Internal Server Error", { status: 500 }),
      "it answered 500 instead of its health",
    ],
    [
      "another Worker answers in its place",
      async () => Response.json({ ...WELL, worker: "d1-worker" }),
      "it answered 200 instead of its health",
    ],
    [
      "it answers JSON of another kind",
      async () => Response.json({ error: "not found" }, { status: 404 }),
      "it answered 404 instead of its health",
    ],
  ])("is failing, not missing, when %s", async (_, answer, detail) => {
    expect(await seenAs(answer)).toEqual({ status: "failing", detail });
  });
});
