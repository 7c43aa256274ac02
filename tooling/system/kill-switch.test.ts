import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Mesh, until } from "./mesh.ts";
import { bookOf } from "./venue.ts";

interface Kv {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

describe("the kill switch", () => {
  let mesh: Mesh;
  let kv: Kv;
  beforeAll(async () => {
    mesh = await Mesh.start();
    kv = (await mesh.env<{ CONFIG: Kv }>("trade-worker")).CONFIG;
    const opened = await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "5", price: "65000" });
    await until("there is a position to close", async () => (await outcomeOf(opened)) === "filled");
  });
  afterAll(() => mesh.stop());
  beforeEach(() => set("off"));

  it("on stops the next order", async () => {
    await set("all");
    const before = (await bookOf(mesh)).length;

    expect(await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" }))).toBe(
      "halted",
    );
    expect(
      await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "close", quantity: "1", price: "1" })),
    ).toBe("halted");
    expect(await bookOf(mesh)).toHaveLength(before);
  });

  it("in mode entries lets exits pass", async () => {
    await set("entries");

    expect(await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "2", price: "2" }))).toBe(
      "halted",
    );
    expect(
      await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "close", quantity: "2", price: "2" })),
    ).toBe("filled");
  });

  it("can be pulled by KV alone", async () => {
    await kv.put("trade:kill_switch", "true");

    expect(await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "3", price: "3" }))).toBe(
      "halted",
    );
    await kv.delete("trade:kill_switch");
  });

  it("cannot be released by KV", async () => {
    await set("all");
    await kv.put("trade:kill_switch", "false");
    await kv.put("global:kill_switch", "off");

    expect(await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "4", price: "4" }))).toBe(
      "halted",
    );
  });

  it("off lets orders pass again, clears the keys and says that KV may linger", async () => {
    await kv.put("global:kill_switch", "on");
    const reply = await set("off");

    expect(reply).toMatchObject({ effective: "off", note: expect.stringMatching(/60 s|linger/i) });
    expect(await outcomeOf(await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "6", price: "6" }))).toBe(
      "filled",
    );
  });

  it("leaves an audit row for every change", async () => {
    await set("all");
    await until(
      "the change is on record",
      async () => (await mesh.rows("SELECT 1 FROM audit_log WHERE action LIKE 'kill-switch%'")).length,
    );
  });

  async function set(mode: "off" | "entries" | "all"): Promise<unknown> {
    return mesh.ops("PUT", "/ops/kill-switch", { mode, reason: "test" });
  }

  async function outcomeOf(requestId: string): Promise<unknown> {
    const row = await until(
      `${requestId} has ended`,
      async () => (await mesh.rows(`SELECT outcome FROM signals WHERE request_id = '${requestId}'`))[0],
    );
    return row["outcome"];
  }
});
