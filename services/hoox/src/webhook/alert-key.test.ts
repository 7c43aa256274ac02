import { describe, expect, it } from "vitest";
import { alertKeyOf } from "./alert-key.ts";

describe("the key that tells one alert from another", () => {
  it("is the sender's own when there is one", async () => {
    expect(await alertKeyOf({ idempotencyKey: "order-7", route: "/webhook", body: "x" })).toEqual({
      value: "order-7",
      source: "explicit",
    });
  });

  it("is the same for the same bytes and another for others", async () => {
    const of = (body: string, route = "/webhook") => alertKeyOf({ idempotencyKey: undefined, route, body });

    expect(await of("x")).toEqual(await of("x"));
    expect(await of("x")).not.toEqual(await of("x "));
    expect(await of("x")).not.toEqual(await of("x", "/other"));
    expect(await of("x")).toMatchObject({ source: "body", value: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
