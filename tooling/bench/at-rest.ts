import { setTimeout as pause } from "node:timers/promises";
import { clientOrderId } from "#contracts/ids";
import { accepted, BenchMesh, LEDGER, newAlert, requestIdOf } from "./bench-mesh.ts";
import type { Context } from "./measure.ts";

export interface AtRest {
  /** Milliseconds to the null Worker's answer, and to the acknowledgement. */
  readonly nothing: readonly number[];
  readonly alerts: readonly number[];
  /** Milliseconds from the request's start to the order's booking at the paper venue. */
  readonly orders: readonly number[];
}

const WARM_UP = 5;
/** What the mesh does after it says that it is drained (logs, records of notifications) gets this long. */
const SETTLE_MS = 60;

const taken = new WeakMap<Context, Promise<AtRest>>();

/** Taken once a run: two measures read it. */
export function atRest(context: Context): Promise<AtRest> {
  const known = taken.get(context) ?? BenchMesh.using({}, (mesh) => sample(mesh, context));
  taken.set(context, known);
  return known;
}

/**
 * One request at a time, each after the alert before it has drained. A null request and an alert make a
 * round; which comes first changes with every round, so that both meet the mesh equally long after its work.
 */
async function sample(bench: BenchMesh, context: Context): Promise<AtRest> {
  const rounds = context.quick ? 20 : 150;
  const webhook = bench.webhook(1);
  const nothing = bench.nothing(1);
  const times = { nothing: [] as number[], alerts: [] as number[] };
  const sent = new Map<string, number>();
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const sendNothing = async (): Promise<void> => {
      const reply = await nothing.post(newAlert("NULLUSDT.P"));
      if (round >= 0) times.nothing.push(reply.ms);
      await pause(SETTLE_MS);
    };
    const sendAlert = async (): Promise<void> => {
      const reply = accepted(await webhook.post(newAlert()));
      if (round >= 0) times.alerts.push(reply.ms);
      if (round >= 0) sent.set(clientOrderId({ requestId: requestIdOf(reply), leg: "e" }), reply.sentAt);
      await bench.drained();
      await pause(SETTLE_MS);
    };
    for (const send of round % 2 === 0 ? [sendNothing, sendAlert] : [sendAlert, sendNothing]) await send();
    if (round % 20 === 0) context.progress(`at rest: ${Math.max(0, round)} of ${rounds} rounds`);
  }
  return { ...times, orders: await bookedAfter(bench, sent) };
}

interface VenueEnv {
  PAPER_VENUE: {
    getByName(name: string): { book(): Promise<{ orders: { clientOrderId: string; placedAt: Date }[] }> };
  };
}

/** Milliseconds from each request's start to its order's booking; throws unless each became one order. */
export async function bookedAfter(bench: BenchMesh, sent: ReadonlyMap<string, number>): Promise<number[]> {
  const venues = await bench.mesh.env<VenueEnv>("trade-worker");
  const { orders } = await venues.PAPER_VENUE.getByName(LEDGER).book();
  const waits = orders.flatMap((order) => {
    const at = sent.get(order.clientOrderId);
    return at === undefined ? [] : [order.placedAt.getTime() - at];
  });
  if (waits.length !== sent.size) throw new Error(`${sent.size} alerts became ${waits.length} orders at the venue`);
  return waits;
}
