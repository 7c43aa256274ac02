import { describe, expect, it } from "vitest";
import { ALERT, errorOf, fakeGateway } from "../fakes.ts";

/** A Worker that answers what it was sent. */
async function echo(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return Response.json({
    method: request.method,
    path: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });
}

async function echoed(path: string, init: RequestInit) {
  const gateway = fakeGateway({ neighbours: { "ops-worker": echo, "telegram-worker": echo } });
  const response = await gateway.fetch(path, init);
  const got: unknown = await response.json();
  return { response, got };
}

describe("requests for other Workers", () => {
  it("reach ops-worker with path, query, method, body and the operator's key", async () => {
    const { got } = await echoed("/ops/logs?after=7&wait=1", {
      method: "PUT",
      body: "{}",
      headers: { authorization: "Bearer op", "content-type": "application/json" },
    });

    expect(got).toMatchObject({
      method: "PUT",
      path: "/ops/logs?after=7&wait=1",
      body: "{}",
      headers: { authorization: "Bearer op", "content-type": "application/json" },
    });
  });

  it("carry the internal key, who calls, the requestId of the answer and the source", async () => {
    const { response, got } = await echoed("/ops/status", { headers: { "cf-connecting-ip": "203.0.113.7" } });

    expect(got).toMatchObject({
      headers: {
        "x-internal-auth-key": "internal-key",
        "x-internal-caller": "hoox",
        "x-request-id": response.headers.get("x-request-id"),
        "x-source-ip": "203.0.113.7",
      },
    });
  });

  it("never carry internal headers that came from outside", async () => {
    const forged = {
      "x-internal-auth-key": "forged",
      "x-internal-caller": "ops-worker",
      "x-request-id": "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
      "x-source-ip": "127.0.0.1",
    };
    const { got } = await echoed("/ops/status", { headers: forged });

    for (const value of Object.values(forged)) expect(JSON.stringify(got)).not.toContain(`"${value}"`);
  });

  it.each([
    ["nobody is named", "", "203.0.113.7", 200],
    ["the address is named", "198.51.100.1, 203.0.113.7", "203.0.113.7", 200],
    ["the address is in a block", "203.0.113.0/24", "203.0.113.7", 200],
    ["another address is named", "198.51.100.1", "203.0.113.7", 403],
    ["the address is unknown", "198.51.100.1", "", 403],
    ["the list cannot be read", "203.0.113", "203.0.113.7", 500],
  ])("reach ops-worker when %s: OPERATOR_IPS %j, from %j: %i", async (_, operators, source, status) => {
    let asked = 0;
    const opsWorker = async (): Promise<Response> => {
      asked += 1;
      return Response.json({});
    };
    const gateway = fakeGateway({ operators, neighbours: { "ops-worker": opsWorker } });
    const response = await gateway.fetch("/ops/status", {
      headers: { "cf-connecting-ip": source, "x-source-ip": "198.51.100.1", "x-forwarded-for": "198.51.100.1" },
    });

    expect(response.status).toBe(status);
    expect(asked).toBe(status === 200 ? 1 : 0);
    expect((await gateway.post(ALERT, { "cf-connecting-ip": source })).status).toBe(202);
  });

  it("reach telegram-worker with Telegram's own secret", async () => {
    const { got } = await echoed("/telegram", {
      method: "POST",
      body: "{}",
      headers: { "x-telegram-bot-api-secret-token": "s" },
    });

    expect(got).toMatchObject({ path: "/telegram", headers: { "x-telegram-bot-api-secret-token": "s" } });
  });

  it("bring back status, headers and body as the Worker gave them", async () => {
    const gateway = fakeGateway({
      neighbours: {
        "ops-worker": async () =>
          Response.json(
            { error: { code: "unauthorized" } },
            { status: 401, headers: { "x-hint": "h", "x-request-id": "of the Worker" } },
          ),
      },
    });
    const response = await gateway.fetch("/ops/status");

    expect(response.status).toBe(401);
    expect(response.headers.get("x-hint")).toBe("h");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ error: { code: "unauthorized" } });
  });

  it.each([
    ["ops-worker", "/ops/status", "GET"],
    ["telegram-worker", "/telegram", "POST"],
  ] as const)("answer 502 that names %s when it is not deployed", async (worker, path, method) => {
    const missing = async (): Promise<Response> =>
      new Response(`Worker "${worker}" not found. Make sure it is running locally.`, { status: 503 });
    const response = await fakeGateway({ neighbours: { [worker]: missing } }).fetch(path, { method });

    expect(response.status).toBe(502);
    expect(await errorOf(response)).toMatchObject({
      error: {
        code: "worker_not_deployed",
        message: `${worker} is not deployed`,
        hint: `locally: start the mesh without --without ${worker}; on Cloudflare: npx hoox deploy all`,
      },
    });
  });

  it("answer 502 that names the Worker when it crashes, and say no more", async () => {
    const gateway = fakeGateway({ neighbours: { "ops-worker": () => Promise.reject(new Error("secret detail")) } });
    const response = await gateway.fetch("/ops/status");
    const text = await response.text();

    expect(response.status).toBe(502);
    expect(text).toContain("ops-worker failed to answer");
    expect(text).not.toContain("secret detail");
    expect(gateway.lines).toContainEqual(
      expect.objectContaining({ severity: "error", message: expect.stringContaining("secret detail") }),
    );
  });
});
