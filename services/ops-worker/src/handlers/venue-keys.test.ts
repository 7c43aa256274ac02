import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import type { KeyHealth } from "#contracts/key-health";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { FakeKillSwitch } from "../../../../tooling/fakes/ops-bindings.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import type { Neighbour } from "../neighbour.ts";
import { listVenueKeys, tellKeys } from "./venue-keys.ts";

const MORNING = new Date("2026-11-28T06:00:00.000Z");
const good: KeyHealth = { mayTrade: true, mayWithdraw: false, isBound: false };

/** Ledgers with what their exchange says of their key; d1-worker grants each claim once. */
function keys(of: Record<string, KeyHealth>) {
  const killSwitch = new FakeKillSwitch();
  for (const name of ["main:paper", ...Object.keys(of)]) killSwitch.names.add(name);
  const notifications = new FakeQueue();
  const producer = createProducer({ source: "ops-worker", env: { NOTIFICATIONS_QUEUE: notifications } });
  const asked: string[] = [];
  const granted = new Set<string>();
  const answers = {
    trade: async (_: unknown, { body }: { body: { account: string; venue: string } }) => {
      const ledger = `${body.account}:${body.venue}`;
      asked.push(ledger);
      return { health: of[ledger] };
    },
    database: async (_: unknown, { body }: { body: { ids: string[] } }) => {
      const fresh = body.ids.filter((id) => !granted.has(id));
      for (const id of fresh) granted.add(id);
      return { granted: fresh };
    },
  };
  const deps = {
    killSwitch: () => killSwitch,
    // Each is asked by one of its routes here.
    trade: { ask: answers.trade } as unknown as Neighbour,
    database: { ask: answers.database } as unknown as Neighbour,
    producer,
    log: createLogBuffer({ worker: "ops-worker", producer, write: () => undefined }).log,
    claimed: new Map<string, number>(),
    timeoutMs: 20,
  };
  const told = () => notifications.sent.map((wire) => decode(registry.notifications.contracts, wire).data);
  return { deps, asked, told };
}

describe("the keys of exchanges", () => {
  it("are asked about of every account but those at the paper venue", async () => {
    const { deps, asked } = keys({ "main:binance": good, "alt:binance-usdm": good });
    // It takes nothing else of them.
    const reply = await listVenueKeys({ requestId: "r", params: {}, query: {}, body: undefined }, deps as never);

    expect(reply.keys.map(({ ledger }) => ledger)).toEqual(["alt:binance-usdm", "main:binance"]);
    expect(asked).toHaveLength(2);
  });

  it("are told of once a day when something is wrong with one, from the morning on", async () => {
    const { deps, told } = keys({ "main:binance": { ...good, mayTrade: false }, "alt:binance": good });
    await tellKeys(new Date(MORNING.getTime() - 60_000), deps);
    expect(told()).toEqual([]);

    await tellKeys(MORNING, deps);
    deps.claimed.clear();
    await tellKeys(new Date(MORNING.getTime() + 3_600_000), deps);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatchObject({
      severity: "critical",
      details: [{ label: "main:binance", value: expect.stringContaining("may not trade") }, { label: "Next" }],
    });
  });

  it("are not told of when all is well", async () => {
    const { deps, told } = keys({ "main:binance": good });
    await tellKeys(MORNING, deps);

    expect(told()).toEqual([]);
  });
});
