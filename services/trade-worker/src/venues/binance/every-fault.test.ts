import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faults, type FaultName } from "../../../../../tooling/fakes/binance/faults.ts";
import { callsOf, keyAt, type Call, type Role } from "../../testing/binance-calls.ts";
import { BinanceWorld } from "../../testing/binance-world.ts";
import { VenueRefusal, VenueUnavailable, type PlaceReply } from "../venue.ts";
import type { Market } from "./faults.ts";

/** What an answer proves about the order that was sent; of each market where they differ. */
type Proof = Exclude<PlaceReply["kind"], "accepted">;
interface Meaning {
  proves: Proof | Readonly<Record<Market, Proof>>;
  words: RegExp;
  retryAfterMs?: number;
}

const silent: Meaning = { proves: "unknown", words: /Binance did not answer/ };
const late: Meaning = { proves: "unknown", words: /Binance did not answer: .*timeout/ };
const status = (code: number, words: string): Meaning => ({
  proves: "unknown",
  words: new RegExp(`Binance answered HTTP ${code}: ${words}`),
});
const unexpected: Meaning = { proves: "unknown", words: /-1006: An unexpected response/ };
const timedOut: Meaning = { proves: "unknown", words: /-1007: Timeout waiting/ };
const unheard: Meaning = { proves: "unknown", words: /-9999: This has never been documented.*Hoox does not know/ };
/** USD-M promises that nothing was executed; spot promises nothing of a 503. */
const promised = { spot: "unknown", usdm: "not_executed" } as const;

// Written down once more, so that neither the adapters nor the fake judge themselves.
const meanings: Readonly<Record<FaultName, Meaning>> = {
  "a reset before": silent,
  "a reset after": silent,
  "silence before": late,
  "silence after": late,
  "an HTML 500 before": status(500, "500 Internal Server Error"),
  "an HTML 500 after": status(500, "500 Internal Server Error"),
  "an empty 500 after": status(500, "no words"),
  "an HTML 502 before": status(502, "502 Bad Gateway"),
  "an HTML 502 after": status(502, "502 Bad Gateway"),
  "an empty 503 before": status(503, "no words"),
  "an empty 503 after": status(503, "no words"),
  "an HTML 504 before": status(504, "504 Gateway Time-out"),
  "an HTML 504 after": status(504, "504 Gateway Time-out"),
  "503 Unknown error after": status(503, "Unknown error, please check your request"),
  "503 Service Unavailable.": { ...status(503, "Service Unavailable\\."), proves: promised },
  "503 Internal error": { proves: promised, words: /-1001: Internal error; unable to process/ },
  "-1006 before": unexpected,
  "-1006 after": unexpected,
  "-1007 before": timedOut,
  "-1007 after": timedOut,
  "-1008": { proves: "not_executed", words: /-1008: Request throttled/ },
  "-1015": { proves: "not_executed", words: /-1015: Too many new orders/, retryAfterMs: 9_000 },
  "-1003": { proves: "not_executed", words: /-1003: Too much request weight/, retryAfterMs: 21_000 },
  "a ban": { proves: "not_executed", words: /-1003: Way too much.*IP banned/, retryAfterMs: 180_000 },
  "-1021": { proves: "not_executed", words: /-1021: Timestamp/ },
  "-1022": { proves: "rejected", words: /-1022: Signature.*the API secret does not belong to the key/ },
  "a firewall's 403": { proves: "rejected", words: /HTTP 403: 403 Forbidden.*firewall/ },
  "a 451": { proves: "rejected", words: /HTTP 451: Service unavailable from a restricted location.*use a relay/ },
  "a 200 that is no JSON after": { proves: "unknown", words: /not JSON/ },
  "a 200 that says nothing after": { proves: "unknown", words: /cannot be read/ },
  "a redirect": { proves: "unknown", words: /HTTP 302: no words/ },
  "-9999 before": unheard,
  "-9999 after": unheard,
};

/** Of what is answered to these nothing is read. */
const unread: readonly Role[] = ["terms", "cancel"];

type Outcome = { kind: PlaceReply["kind"]; words?: RegExp } | { thrown: typeof VenueUnavailable | typeof VenueRefusal };

function outcomeOf(role: Role, fault: FaultName, market: Market): Outcome | "as if nothing had happened" {
  const { proves, words } = meanings[fault];
  const proof = typeof proves === "string" ? proves : proves[market];
  if (fault === "a 200 that says nothing after" && unread.includes(role)) return "as if nothing had happened";
  switch (role) {
    case "order":
      return { kind: proof, words };
    case "terms":
      // The setting is in doubt, the order never left.
      return { kind: proof === "unknown" ? "not_executed" : proof, words };
    case "fee":
      return { kind: "accepted", words };
    case "judging read":
      return { thrown: proof === "rejected" ? VenueRefusal : VenueUnavailable };
    case "cancel":
    case "read":
      return { thrown: VenueUnavailable };
    default:
      return role satisfies never;
  }
}

let world: BinanceWorld;
beforeAll(async () => {
  world = await BinanceWorld.start();
});
afterAll(() => world.fake.stop());

const markets = ["spot", "usdm"] as const;
const isFault = (name: string): name is FaultName => name in faults;
const everyFault = Object.keys(faults).filter(isFault);

interface Case {
  market: Market;
  call: Call;
  fault: FaultName;
  /** Which of the call's requests meets it. */
  at: number;
}

function casesOf(market: Market): (Case & { sentence: string })[] {
  return callsOf(market).flatMap((call) =>
    call.asks.flatMap(({ route }, at) =>
      everyFault.map((fault) => ({ market, call, fault, at, sentence: `${call.name} meets ${fault} at ${route}` })),
    ),
  );
}

/** How often the order was booked, and how it stands. */
function booked(id: string | undefined) {
  const orders = world.fake.orders.filter((order) => order.clientOrderId === id);
  return { times: orders.length, status: orders.at(-1)?.status };
}

function expectedBook(of: Case, before: ReturnType<typeof booked>, outcome: ReturnType<typeof outcomeOf>) {
  const role = of.call.asks[of.at]?.role;
  const { done } = faults[of.fault];
  if (of.call.name.startsWith("placing")) {
    const leaves = role === "order" ? done : role === "fee" || outcome === "as if nothing had happened";
    if (!leaves) return { times: 0, status: undefined };
    return { times: 1, status: of.call.name.includes("market") ? "filled" : "working" };
  }
  if (!of.call.name.startsWith("cancelling")) return before;
  const cancelledAt = of.call.asks.findLastIndex((each) => each.role === "cancel");
  const passed = of.at > cancelledAt || outcome === "as if nothing had happened";
  const cancelled = before.status === "working" && (passed || (of.at === cancelledAt && done));
  return cancelled ? { times: 1, status: "cancelled" } : before;
}

async function answerOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}

describe.each(markets)("%s", (market) => {
  test.each(callsOf(market))("$name asks what the tables say", async (call) => {
    const venue = world.open(market);
    const answer = await answerOf(call.run(venue, world));
    expect(answer).not.toBeInstanceOf(Error);
    const asked = world.fake.requests.map(({ name }) => name);
    // Two lists are asked for at once, in no order.
    expect(asked.toSorted()).toEqual(call.asks.map(({ route }) => route).toSorted());
  });

  test.each(casesOf(market))("$sentence", async (of) => {
    const { call, fault, at } = of;
    const venue = world.open(market);
    const before = booked(call.id);
    const ask = call.asks[at];
    if (ask === undefined) throw new Error("there is no such request");
    const after = call.asks.slice(0, at).filter(({ route }) => route === ask.route).length;
    world.fake.fail({ fault, route: ask.route, after });

    const answer = await answerOf(call.run(venue, world));

    const { words, retryAfterMs } = meanings[fault];
    const outcome = outcomeOf(ask.role, fault, market);
    if (outcome === "as if nothing had happened") expect(answer).not.toBeInstanceOf(Error);
    else if ("kind" in outcome) {
      expect(answer).toMatchObject({ kind: outcome.kind });
      const said =
        outcome.kind === "accepted"
          ? { order: { reason: expect.stringMatching(words) } }
          : { reason: expect.stringMatching(words) };
      expect(answer).toMatchObject(said);
      if (outcome.kind === "not_executed" && retryAfterMs !== undefined) expect(answer).toMatchObject({ retryAfterMs });
    } else {
      expect(answer).toBeInstanceOf(outcome.thrown);
      expect(answer).toMatchObject({ message: expect.stringMatching(words) });
      if (retryAfterMs !== undefined) expect(answer).toMatchObject({ retryAfterMs });
    }
    expect(world.fake.faultsLeft).toBe(0);
    const book = expectedBook(of, before, outcome);
    expect(booked(call.id)).toEqual(book);

    if (call.id === undefined) return;
    await world.clock.advance(retryAfterMs ?? 0);
    const found = await venue.find(keyAt(market, call.id));
    expect(found && { times: 1, status: found.status }).toEqual(book.times === 0 ? undefined : book);
  });
});
