import type { QueueForecast, SignalsForecast } from "#contracts/monitor";
import type { LaneReading, LedgerReading, QueueReading, Sample } from "./sample.ts";

/** Samples over which a pace is taken: one minute alone jumps with every batch. */
const PACE_OVER = 5;
const SHOWN = 60;
/** A signal that waits for less has not been passed over: its turn comes any moment. */
const PATIENCE_MS = 20_000;
const MINUTE_MS = 60_000;
/** What expires later is looked at twice before. */
const SOON_MS = 2 * MINUTE_MS + PATIENCE_MS;

/** Where a queue goes, from its readings, the oldest first. `retentionMs`: how long the platform keeps a message. */
export function forecastQueue(
  queue: string,
  readings: readonly (QueueReading & { at: number })[],
  retentionMs: number,
): QueueForecast {
  const last = readings.at(-1);
  const recent = readings.slice(-PACE_OVER);
  const perSecond = pace(recent.map(({ at, backlog }) => ({ at, value: backlog })));
  const drains = perSecond !== undefined && perSecond < 0 && last !== undefined && last.backlog > 0;
  return {
    queue,
    ...(perSecond === undefined ? {} : { perSecond: rounded(perSecond) }),
    ...(drains ? { drainSeconds: Math.round(last.backlog / -perSecond) } : {}),
    ...lossOf(recent, retentionMs),
    history: readings.slice(-SHOWN).map(({ backlog }) => backlog),
  };
}

/** The oldest message ages as fast as the clock where nobody takes any, more slowly where the consumer falls behind. */
function lossOf(recent: readonly (QueueReading & { at: number })[], retentionMs: number): { lossAt?: string } {
  const last = recent.at(-1);
  if (last?.oldestAt === undefined || last.backlog === 0) return {};
  const age = last.at - last.oldestAt;
  const ages = recent.flatMap(({ at, oldestAt }) => (oldestAt === undefined ? [] : [{ at, value: at - oldestAt }]));
  const ageing = (pace(ages) ?? 0) / 1_000;
  // A sound queue's oldest message is sometimes older than the one before; it does not age for long.
  if (ageing <= 0 || age < 60_000) return {};
  return { lossAt: new Date(last.at + (retentionMs - age) / ageing).toISOString() };
}

/** What becomes of the waiting signals at the pace of the last minutes. */
export function forecastSignals(samples: readonly Sample[]): SignalsForecast {
  const last = samples.at(-1);
  const ledgers = last?.ledgers ?? [];
  const sum = (of: "waiting" | "deferred" | "inDoubt" | "expired"): number =>
    ledgers.reduce((total, each) => total + each[of], 0);
  const oldest = Math.min(...ledgers.flatMap(({ oldestAt }) => (oldestAt === undefined ? [] : [oldestAt])));
  const paces = ledgers.map(({ ledger }) => paceOf(ledger, samples));
  const total = (of: "in" | "out"): number | undefined =>
    paces.some((each) => each === undefined) ? undefined : paces.reduce((all, each) => all + (each?.[of] ?? 0), 0);
  const [inPerSecond, outPerSecond] = [total("in"), total("out")];
  const waiting = sum("waiting");
  const lost = ledgers.flatMap((each) => expiringOf(each, samples));
  const first = Math.min(...lost);
  const drains = outPerSecond !== undefined && inPerSecond !== undefined && outPerSecond > inPerSecond && waiting > 0;
  return {
    waiting,
    deferred: sum("deferred"),
    inDoubt: sum("inDoubt"),
    ...(Number.isFinite(oldest) ? { oldestAt: new Date(oldest).toISOString() } : {}),
    ...(inPerSecond === undefined ? {} : { inPerSecond: rounded(inPerSecond) }),
    ...(outPerSecond === undefined ? {} : { outPerSecond: rounded(outPerSecond) }),
    ...(drains ? { drainSeconds: Math.round(waiting / (outPerSecond - inPerSecond)) } : {}),
    expired: sum("expired"),
    atRisk: lost.length,
    ...(lost.length === 0 ? {} : { firstExpiresAt: new Date(first).toISOString() }),
  };
}

/** How many signals each ledger has let expire, ever. */
export function expiredBy({ ledgers }: Sample): Record<string, number> {
  return Object.fromEntries(ledgers.map(({ ledger, expired }) => [ledger, expired]));
}

/** How many have expired since `before`, of the ledgers that answered both times. */
export function expiredSince(before: Readonly<Record<string, number>>, { ledgers }: Sample): number {
  return ledgers.reduce((sum, { ledger, expired }) => sum + Math.max(0, expired - (before[ledger] ?? expired)), 0);
}

/** True where a signal would be over before it is judged a minute later: then there must be a look in between. */
export function needsAnotherLook({ at, ledgers }: Sample): boolean {
  const soon = at + MINUTE_MS + PATIENCE_MS;
  return ledgers.some(({ lanes }) => lanes.some(({ validUntil }) => validUntil.some((until) => until < soon)));
}

/** When those of a ledger expire whose turn comes too late. */
function expiringOf(ledger: LedgerReading, samples: readonly Sample[]): number[] {
  const { at } = samples.at(-1) ?? { at: 0 };
  // A look that it did not answer says nothing: the ones before it still do.
  const looks = samples.flatMap((sample) => {
    const answered = sample.ledgers.find((each) => each.ledger === ledger.ledger);
    return answered ? [{ at: sample.at, ledger: answered }] : [];
  });
  const isPatienceOver = (since: number | undefined): boolean => since !== undefined && at - since >= PATIENCE_MS;
  const turns = turnsPerSecond(looks.map((look) => ({ at: look.at, taken: look.ledger.taken })));
  const stands = (turns === undefined || turns === 0) && isPatienceOver(ledger.oldestAt);
  return ledger.lanes.flatMap((lane) => {
    const own = turnsPerSecond(
      looks.map((look) => ({
        at: look.at,
        taken: look.ledger.lanes.find(({ symbol }) => symbol === lane.symbol)?.taken,
      })),
    );
    if (own !== undefined && own > 0) return isPatienceOver(lane.oldestAt) ? expiring(lane, own, at) : [];
    if (!stands && !isPatienceOver(lane.oldestAt)) return [];
    const waited = at - (stands ? (ledger.oldestAt ?? at) : lane.oldestAt);
    // No turn was seen, for a moment or for long: what has time is looked at again before it is worried about.
    return expiring(lane, 0, at).filter((until) => waited >= MINUTE_MS || until - at <= SOON_MS);
  });
}

/**
 * How fast turns have come since signals began to wait, as far as that was looked at; undefined after one look alone.
 * 0 when none has come since the look before this one: what is paused may have been fast a minute ago.
 */
function turnsPerSecond(all: readonly { at: number; taken: number | undefined }[]): number | undefined {
  const from = all.findLastIndex(({ taken }) => taken === undefined) + 1;
  const looks = all.slice(from).map(({ at, taken = 0 }) => ({ at, value: taken }));
  const [last, before] = [looks.at(-1), looks.at(-2)];
  if (last === undefined || before === undefined) return undefined;
  if (last.value <= before.value && last.at - before.at >= PATIENCE_MS) return 0;
  return pace(looks.slice(-PACE_OVER));
}

/** When those expire whose turn comes too late, at so many a second. Beyond those that were listed, the pace decides. */
function expiring({ waiting, validUntil }: LaneReading, perSecond: number, now: number): number[] {
  // All of them are behind a thousand others: no pace says when they are reached.
  if (validUntil.length === 0) return perSecond > 0 ? [] : Array.from({ length: waiting }, () => now + SOON_MS);
  const listed = validUntil.filter((until, index) => perSecond <= 0 || now + ((index + 1) / perSecond) * 1_000 > until);
  // Those behind expire no earlier than the last that is listed, or they would stand before it.
  const last = validUntil.at(-1) ?? now;
  const reached = Math.max(validUntil.length, Math.floor(((last - now) / 1_000) * Math.max(0, perSecond)));
  return [...listed, ...Array.from({ length: Math.max(0, waiting - reached) }, () => last)];
}

function paceOf(ledger: string, samples: readonly Sample[]): { in: number; out: number } | undefined {
  const seen = samples
    .slice(-PACE_OVER)
    .flatMap(({ at, ledgers }) => ledgers.filter((each) => each.ledger === ledger).map((each) => ({ at, ...each })));
  const [incoming, outgoing] = (["accepted", "taken"] as const).map((of) =>
    pace(seen.map((each) => ({ at: each.at, value: each[of] }))),
  );
  return incoming === undefined || outgoing === undefined ? undefined : { in: incoming, out: outgoing };
}

/** The slope of the line through the points that lies nearest to them all, per second. */
function pace(points: readonly { at: number; value: number }[]): number | undefined {
  if (points.length < 2) return undefined;
  const mean = (of: (point: { at: number; value: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, value] = [mean((point) => point.at), mean((point) => point.value)];
  const spread = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
  if (spread === 0) return undefined;
  const slope = points.reduce((sum, point) => sum + (point.at - at) * (point.value - value), 0) / spread;
  return slope * 1_000;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
