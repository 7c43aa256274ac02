import { describe, expect, it } from "vitest";
import { alertKeyOf } from "./alert-key.ts";

describe("the key that tells one alert from another", () => {
  it("is the sender's own when there is one", async () => {
    expect(await alertKeyOf({ strategy: "default", idempotencyKey: "order-7", route: "/webhook", body: "x" })).toEqual({
      value: "default/order-7",
      source: "explicit",
    });
  });

  it("is never shared by two strategies", async () => {
    const of = (strategy: string, idempotencyKey?: string) =>
      alertKeyOf({ strategy, idempotencyKey, route: "/webhook", body: "x" });

    expect(await of("one", "order-7")).not.toEqual(await of("other", "order-7"));
    expect(await of("one")).not.toEqual(await of("other"));
  });

  it("is the same for the same bytes and another for others", async () => {
    const of = (body: string, route = "/webhook") =>
      alertKeyOf({ strategy: "default", idempotencyKey: undefined, route, body });

    expect(await of("x")).toEqual(await of("x"));
    expect(await of("x")).not.toEqual(await of("x "));
    expect(await of("x")).not.toEqual(await of("x", "/other"));
    expect(await of("x")).toMatchObject({ source: "body", value: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
