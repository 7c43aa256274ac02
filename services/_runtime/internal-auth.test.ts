import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  callInternal,
  INTERNAL_KEY_HEADER,
  keyMatches,
  looksMissing,
  requireInternalKey,
  type Fetcher,
} from "./internal-auth.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const caller = { self: "ops-worker", internalKey: "new, old" } as const;

describe("a shared key", () => {
  it.each([
    ["old", true],
    ["new", true],
    ["ol", false],
    ["old,new", false],
    ["", false],
  ])("given as %j is accepted: %s, while two are valid", async (given, accepted) => {
    expect(await keyMatches(given, "old,new")).toBe(accepted);
  });

  it.each([undefined, "", " , "])("is never accepted when none is configured (%j)", async (configured) => {
    expect(await keyMatches("", configured)).toBe(false);
    expect(await keyMatches("x", configured)).toBe(false);
  });
});

describe("an internal call", () => {
  function answering(respond: (request: Request) => Response): Fetcher & { requests: Request[] } {
    const requests: Request[] = [];
    return { requests, fetch: async (request) => (requests.push(request), respond(request)) };
  }

  it("carries the first of the keys, its name and the request's id", async () => {
    const target = answering(() => Response.json({ fine: true }));
    await callInternal(caller, target, {
      method: "GET",
      path: "/x",
      requestId,
      response: z.object({ fine: z.boolean() }),
    });

    expect(Object.fromEntries(target.requests[0]?.headers ?? [])).toMatchObject({
      "x-internal-auth-key": "new",
      "x-internal-caller": "ops-worker",
      "x-request-id": requestId,
    });
  });

  it("is refused with the words of the other side", async () => {
    const target = answering(() =>
      Response.json({ error: { code: "nope", message: "no such trace", hint: "look" } }, { status: 404 }),
    );

    await expect(
      callInternal(caller, target, { method: "GET", path: "/x", requestId, response: z.object({}) }),
    ).rejects.toMatchObject({ status: 404, code: "nope", message: "no such trace", hint: "look" });
  });

  it("with a wrong key is refused in words that say who refused whom and what to run", async () => {
    const request = new Request("https://internal/x", {
      headers: { [INTERNAL_KEY_HEADER]: "wrong", "X-Internal-Caller": "ops-worker" },
    });

    await expect(requireInternalKey(request, "right", "d1-worker")).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(/d1-worker refused ops-worker/),
      hint: "run: npx hoox secrets check",
    });
  });
});

describe("a missing Worker", () => {
  it.each([
    'Worker "ledger-worker" not found. Make sure it is running locally.',
    'Couldn\'t find a local dev session for the "default" entrypoint',
    "The script does not exist",
    "error code: 1042",
  ])("is seen in %j", (text) => {
    expect(looksMissing(text)).toBe(true);
  });

  it.each(["Internal Server Error", "error code: 521", "boom", `${" ".repeat(2_000)}error code: 1042`])(
    "is not seen in %j",
    (text) => {
      expect(looksMissing(text)).toBe(false);
    },
  );
});
