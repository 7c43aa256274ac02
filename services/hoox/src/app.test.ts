import { describe, expect, it } from "vitest";
import { health } from "#contracts/health";
import { HttpError } from "#runtime/http-error";
import { ALERT, errorOf, fakeGateway } from "./fakes.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("every other request", () => {
  it.each([
    ["GET", "/webhook", 405, "POST"],
    ["PUT", "/webhook", 405, "POST"],
    ["GET", "/telegram", 405, "POST"],
    ["POST", "/health", 405, "GET"],
    ["GET", "/", 404, null],
    ["POST", "/webhooks", 404, null],
    ["GET", "/opsx", 404, null],
  ])("%s %s is answered %d", async (method, path, status, allow) => {
    const response = await fakeGateway().fetch(path, { method });
    const answer = await errorOf(response);

    expect(response.status).toBe(status);
    expect(response.headers.get("allow")).toBe(allow);
    expect(answer.requestId).toMatch(UUID);
    expect(response.headers.get("x-request-id")).toBe(answer.requestId);
  });

  it("for health says how the gateway and its neighbours are", async () => {
    const response = await fakeGateway().fetch("/health");

    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-id")).toMatch(UUID);
    expect(health.parse(await response.json())).toEqual({
      worker: "hoox",
      status: "ok",
      version: "test",
      dependencies: [
        { name: "ledger-worker", status: "ok" },
        { name: "ops-worker", status: "ok" },
        { name: "telegram-worker", status: "ok" },
      ],
    });
  });

  it("for health is answered 503 when no alert could be accepted", async () => {
    const response = await fakeGateway({ health: { status: "not_deployed" } }).fetch("/health");

    expect(response.status).toBe(503);
    expect(health.parse(await response.json())).toMatchObject({ status: "failing" });
  });

  it("names the bad variable while the Worker is misconfigured", async () => {
    const gateway = fakeGateway({
      deps: () => {
        throw new HttpError(500, "misconfigured", "SOURCE_IPS: bad");
      },
    });
    const response = await gateway.post(ALERT);

    expect(response.status).toBe(500);
    expect(response.headers.get("x-request-id")).toMatch(UUID);
    expect((await errorOf(response)).error).toEqual({ code: "misconfigured", message: "SOURCE_IPS: bad" });
  });
});
