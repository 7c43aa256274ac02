import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { faults, type FaultName } from "../../../../tooling/fakes/binance/faults.ts";
import type { Market } from "../venues/binance/faults.ts";
import { VenueUnavailable } from "../venues/venue.ts";
import { callsOf, keyAt, type Call, type Role } from "./binance-calls.ts";
import { BinanceWorld, idOf, type Line } from "./binance-world.ts";
import { meanings } from "./fault-meanings.ts";

interface Case {
  call: Call;
  role: Role;
  fault: FaultName;
  /** Which of the call's requests meets it. */
  at: number;
  line: Line;
}

const isFault = (name: string): name is FaultName => name in faults;
const everyFault = Object.keys(faults).filter(isFault);

/** For a request that met all of them in another call: one of each kind. */
const someFaults: readonly FaultName[] = [
  "a reset before",
  "silence after",
  "an HTML 502 after",
  "-1003",
  "-1022",
  "a 451",
  "a 200 that says nothing after",
  "-9999 after",
];

/** Every fault at every request of every call; those that book go over a real line as well. */
function casesOf(market: Market): (Case & { sentence: string })[] {
  const met = new Set<string>();
  return callsOf(market).flatMap((call) =>
    call.asks.flatMap(({ role, route }, at) => {
      const first = !met.has(`${role} ${route}`);
      met.add(`${role} ${route}`);
      const lines: Line[] = role === "order" && first ? ["direct", "http"] : ["direct"];
      const names = first || role === "order" ? everyFault : someFaults;
      return lines.flatMap((line) =>
        names.map((fault) => {
          const sentence = `${call.name} meets ${fault} at ${route}${line === "http" ? " over HTTP" : ""}`;
          return { call, role, fault, at, line, sentence };
        }),
      );
    }),
  );
}

const placeReply = z.object({
  kind: z.string(),
  reason: z.string().optional(),
  order: z.object({ reason: z.string().optional() }).optional(),
  retryAfterMs: z.number().optional(),
});
const foundOrder = z.object({ clientOrderId: z.string(), reason: z.string().optional() });

/** What a call came to: the kind of a reply, the name of an error, or plainly an answer. */
interface Heard {
  as: string;
  words: string;
  retryAfterMs?: number | undefined;
}

async function heard(work: Promise<unknown>): Promise<Heard> {
  const answer: unknown = await work.catch((error: unknown) => error);
  if (answer instanceof Error) {
    const retryAfterMs = answer instanceof VenueUnavailable ? answer.retryAfterMs : undefined;
    return { as: answer.name, words: answer.message, retryAfterMs };
  }
  const { data: reply } = placeReply.safeParse(answer);
  if (reply === undefined)
    return { as: "answered", words: foundOrder.safeParse(answer).data?.reason ?? "", retryAfterMs: undefined };
  return { as: reply.kind, words: reply.reason ?? reply.order?.reason ?? "", retryAfterMs: reply.retryAfterMs };
}

/** Whether nothing is read of what the fault answers, so that the call goes on as if it had been done. */
function goesUnread({ role, fault }: Case): boolean {
  return fault === "a 200 that says nothing after" && (role === "terms" || role === "cancel");
}

const OF_ACCOUNT: readonly FaultName[] = ["-1022", "-2008", "-2015", "a firewall's 403", "a 451"];

function expectedOf(of: Case, market: Market) {
  const { words, proves, retryAfterMs } = meanings[of.fault];
  const said = typeof proves === "string" ? proves : proves[market];
  // A no to the account or to the place is for good only for what opens.
  const isTriedAgain = OF_ACCOUNT.includes(of.fault) && of.role === "order" && of.call.name.includes("stop");
  const proof = isTriedAgain ? "not_executed" : said;
  if (goesUnread(of)) return { as: of.role === "terms" ? "accepted" : "answered", words: "", retryAfterMs: undefined };
  const done = of.call.name.startsWith("placing") ? "accepted" : "answered";
  if (of.role === "assets") return { as: done, words: "", retryAfterMs: undefined };
  const as = {
    order: proof,
    // The setting is in doubt, the order never left.
    terms: proof === "unknown" ? "not_executed" : proof,
    fee: done,
    cancel: "VenueUnavailable",
    read: "VenueUnavailable",
    "judging read": proof === "rejected" ? "VenueRefusal" : "VenueUnavailable",
  }[of.role];
  const deferred = as === "not_executed" || as === "VenueUnavailable";
  const waits = isTriedAgain ? 30_000 : retryAfterMs;
  return { as, words: expect.stringMatching(words), retryAfterMs: deferred ? waits : undefined };
}

/** How often an order is in the book, and how it stands. */
interface InBook {
  times: number;
  status: string | undefined;
}

function expectedInBook(of: Case, before: InBook): InBook {
  const { call, role, at } = of;
  const { done } = faults[of.fault];
  if (call.name.startsWith("placing")) {
    const leaves = role === "order" ? done : role === "fee" || role === "assets" || goesUnread(of);
    if (!leaves) return { times: 0, status: undefined };
    return { times: 1, status: call.name.includes("market") ? "filled" : "working" };
  }
  const cancels = call.asks.findLastIndex((each) => each.role === "cancel");
  const passed = cancels !== -1 && (at > cancels || goesUnread(of) || (at === cancels && done));
  return passed && before.status === "working" ? { ...before, status: "cancelled" } : before;
}

/** The Venue port of one market, through its real adapter, before everything that is known to go wrong. */
export function describeEveryFault(market: Market): void {
  let world: BinanceWorld;
  beforeAll(async () => {
    world = await BinanceWorld.start();
  });
  afterAll(() => world.fake.stop());

  function inBook(name: string | undefined): InBook {
    const orders = world.fake.orders.filter((order) => name !== undefined && order.clientOrderId === idOf(name));
    return { times: orders.length, status: orders.at(-1)?.status };
  }

  describe(`a call of ${market} in good weather`, () => {
    test.each(callsOf(market))("$name asks what the tables say", async (call) => {
      const venue = world.open(market);
      expect(await heard(call.run(venue, world))).toMatchObject({
        as: expect.stringMatching(/^(?:accepted|answered)$/),
      });
      const asked = world.fake.requests.map(({ name }) => name);
      // Two lists are asked for at once, in no order.
      expect(asked.toSorted()).toEqual(call.asks.map(({ route }) => route).toSorted());
    });
  });

  describe(`a call of ${market} is told what happened, and the truth afterwards`, () => {
    test.each(casesOf(market))("$sentence", async (of) => {
      const { call, fault, at, line } = of;
      const venue = world.open(market, line);
      const before = inBook(call.id);
      const route = call.asks[at]?.route;
      const after = call.asks.slice(0, at).filter((each) => each.route === route).length;
      world.fake.fail({ fault, route, after });

      expect(await heard(call.run(venue, world))).toEqual(expectedOf(of, market));
      expect(world.fake.faultsLeft).toBe(0);
      const truth = expectedInBook(of, before);
      const twin = call.twin ?? call.id;
      expect([inBook(call.id), inBook(twin)]).toEqual([truth, truth]);

      await world.clock.advance(meanings[fault].retryAfterMs ?? 0);
      for (const name of new Set([call.id ?? "no-entry", twin ?? "no-entry"])) {
        expect((await venue.find(keyAt(market, name)))?.status).toBe(truth.status);
      }
    });
  });
}
