import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLetterRow } from "#contracts/letter-view";
import { Mesh, until } from "./mesh.ts";
import { bookOf, paperVenue } from "./venue.ts";

interface Queue {
  send(body: unknown): Promise<void>;
}

describe("what fails", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start({ vars: { "ledger-worker": { ENTRY_VALIDITY_SECONDS: "6" } } });
  });
  afterAll(() => mesh.stop());

  it("at the venue's word is rejected in its words, and the successor trades", async () => {
    await (
      await paperVenue(mesh)
    ).configure({
      faults: [{ match: { symbol: "NOUSDT" }, do: "reject", reason: "Account has insufficient balance", times: 1 }],
    });
    const refused = await mesh.accepted({ symbol: "NOUSDT", action: "buy", quantity: "1", price: "1" });
    const next = await mesh.accepted({ symbol: "NOUSDT", action: "buy", quantity: "2", price: "1" });

    expect(await outcomeOf(refused)).toMatchObject({
      outcome: "rejected",
      reason: expect.stringMatching(/insufficient balance/),
    });
    expect(await outcomeOf(next)).toMatchObject({ outcome: "filled" });
  });

  it("because the venue is down is tried again, then expires with the last error, and the successor trades", async () => {
    const venue = await paperVenue(mesh);
    await venue.configure({
      faults: [{ match: { symbol: "DOWNUSDT" }, do: "down", reason: "503 Service Unavailable." }],
    });
    const late = await mesh.accepted({ symbol: "DOWNUSDT", action: "buy", quantity: "1", price: "1" });

    const ended = await outcomeOf(late);
    expect(ended).toMatchObject({ outcome: "expired", reason: expect.stringMatching(/503 Service Unavailable/) });
    expect(Number(ended["attempts"])).toBeGreaterThan(1);

    await venue.configure({ faults: [] });
    const next = await mesh.accepted({ symbol: "DOWNUSDT", action: "buy", quantity: "2", price: "1" });
    expect(await outcomeOf(next)).toMatchObject({ outcome: "filled" });
    expect((await bookOf(mesh)).filter((order) => order.symbol === "DOWNUSDT")).toHaveLength(1);
  });

  it("to be decoded is parked with its reason, and its neighbours are handled", async () => {
    const { TRADE_SIGNALS_QUEUE } = await mesh.env<{ TRADE_SIGNALS_QUEUE: Queue }>("hoox");
    await TRADE_SIGNALS_QUEUE.send({ json: { nonsense: true } });
    const next = await mesh.accepted({ symbol: "NEXTUSDT", action: "buy", quantity: "1", price: "1" });

    expect(await outcomeOf(next)).toMatchObject({ outcome: "filled" });
    const letter = await letterWhere((each) => each.class === "undecodable");
    expect(letter).toMatchObject({ queue: "trade-signals", error: "not_an_envelope" });
    const shown = await mesh.ops<{ body: unknown }>("GET", `/ops/dead-letters/${encodeURIComponent(letter.id)}`);
    expect(shown.body).toEqual({ json: { nonsense: true } });
  });

  it("because nobody accepted it is parked, never executed", async () => {
    const before = (await bookOf(mesh)).length;
    const { TRADE_SIGNALS_QUEUE } = await mesh.env<{ TRADE_SIGNALS_QUEUE: Queue }>("hoox");
    const requestId = crypto.randomUUID();
    await TRADE_SIGNALS_QUEUE.send({
      json: {
        v: 1,
        id: "stranger",
        type: "signal.hinted",
        requestId,
        causationId: requestId,
        source: "hoox",
        occurredAt: new Date().toISOString(),
        generation: 0,
        data: { ledger: "main:paper", purpose: "execute" },
      },
      meta: { values: { occurredAt: ["Date"] } },
    });

    expect(await letterWhere((each) => each.request_id === requestId)).toMatchObject({
      class: "permanent",
      error: "unknown_signal",
    });
    expect(await bookOf(mesh)).toHaveLength(before);
  });

  async function outcomeOf(requestId: string): Promise<Record<string, string | number | null>> {
    return until(
      `${requestId} has ended`,
      async () =>
        (await mesh.rows(`SELECT outcome, reason, attempts FROM signals WHERE request_id = '${requestId}'`))[0],
      { timeoutMs: 40_000 },
    );
  }

  async function letterWhere(matches: (letter: DeadLetterRow) => boolean): Promise<DeadLetterRow> {
    return until("the dead letter is stored", async () => {
      const { deadLetters } = await mesh.ops<{ deadLetters: DeadLetterRow[] }>("GET", "/ops/dead-letters?limit=100");
      return deadLetters.find(matches);
    });
  }
});
