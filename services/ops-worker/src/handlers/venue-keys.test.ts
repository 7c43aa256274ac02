import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { partsOf } from "#contracts/ids";
import type { KeyHealth } from "#contracts/key-health";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { FakeKillSwitch } from "../../../../tooling/fakes/ops-bindings.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import type { Neighbour } from "../neighbour.ts";
import { listVenueKeys, readUnknownKeys, tellKeys } from "./venue-keys.ts";

const MORNING = new Date("2026-11-28T06:00:00.000Z");
const good: KeyHealth = { mayTrade: true, mayWithdraw: false, isBound: false };

/**
 * Ledgers with what their exchange says of their key, and accounts that have a key and no ledger yet; d1-worker grants each
 * claim once.
 */
function keys(of: Record<string, KeyHealth>, unused: Record<string, KeyHealth> = {}) {
  const killSwitch = new FakeKillSwitch();
  for (const name of ["main:paper", ...Object.keys(of)]) killSwitch.names.add(name);
  const notifications = new FakeQueue();
  const producer = createProducer({ source: "ops-worker", env: { NOTIFICATIONS_QUEUE: notifications } });
  const asked: string[] = [];
  const granted = new Set<string>();
  const trouble = { keys: false };
  const answers = {
    trade: async (_: unknown, { body }: { body?: { account: string; venue: string } }) => {
      if (body === undefined) {
        if (trouble.keys) throw new Error("reset");
        return { accounts: Object.keys({ ...of, ...unused }).map(partsOf) };
      }
      const ledger = `${body.account}:${body.venue}`;
      asked.push(ledger);
      return { health: { ...of, ...unused }[ledger] };
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
  const list = () => listVenueKeys({ requestId: "r", params: {}, query: {}, body: undefined }, deps as never);
  return { deps, killSwitch, asked, told, list, trouble };
}

describe("the keys of exchanges", () => {
  it("are asked about of every account that has a key or a ledger, but for those at the paper venue", async () => {
    const { list, asked } = keys({ "main:binance": good }, { "alt:binance-usdm": good });

    expect((await list()).keys.map(({ ledger }) => ledger)).toEqual(["alt:binance-usdm", "main:binance"]);
    expect(asked).toHaveLength(2);
  });

  it("are those that can be listed, and the other list is a problem", async () => {
    const of = keys({ "main:binance": good }, { "alt:binance": good });
    of.trouble.keys = true;
    expect(await of.list()).toEqual({
      keys: [{ ledger: "main:binance", health: good }],
      problems: ["list of keys: reset"],
    });
    expect(await readUnknownKeys("r", of.deps)).toBeUndefined();

    of.trouble.keys = false;
    of.killSwitch.trouble = new Error("overloaded");
    expect(await of.list()).toMatchObject({ keys: [{}, {}], problems: ["list of ledgers: overloaded"] });
  });

  it("are told of only when they are wrong, and counted as not known only when somebody should know", async () => {
    const { deps, told } = keys({
      "a:binance": { problem: "no keys", because: "unused" },
      "b:binance": { problem: "taken", because: "hidden" },
      "c:binance": { problem: "Binance did not answer" },
    });
    await tellKeys(MORNING, deps);
    expect(told()).toEqual([]);
    expect(await readUnknownKeys("r", deps)).toEqual([{ ledger: "c:binance", why: "Binance did not answer" }]);

    const wrong = keys({ "a:binance": { problem: "-2015", because: "wrong" }, "b:binance": { problem: "reset" } });
    await tellKeys(MORNING, wrong.deps);
    expect(wrong.told()).toMatchObject([{ severity: "critical", details: [{ value: "-2015" }, { label: "Next" }] }]);
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
