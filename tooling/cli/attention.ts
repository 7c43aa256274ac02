import { DATABASE_LIMIT_BYTES } from "#contracts/database-limit";
import type { MeshStatus } from "#contracts/routes/ops";
import { effectiveText, isUnknown } from "./output/kill-switch.ts";
import { plain } from "./output/paint.ts";
import { duration } from "./output/time.ts";
import { bytes } from "./output/units.ts";

/** Something that needs a person: what, since when and why, and the command that shows more. */
export interface Attention {
  what: string;
  text: string;
  todo?: string;
}

/** A queue whose oldest message is older than this is not being consumed. */
const STUCK_MS = 300_000;
const SHOWN_UNREAD = 3;
/** So full, there is still time to shorten what is kept. */
const NEARLY_FULL = 0.8;

/** What keeps a status from being well, the worst first. */
export function attentionOf(status: MeshStatus, now: Date): Attention[] {
  return [
    ...stopped(status, now),
    ...leftOpen(status),
    ...doubtful(status, now),
    ...drifts(status, now),
    ...blocked(status, now),
    ...unread(status, now),
    ...letters(status),
    ...stuckQueues(status, now),
    ...fullDatabase(status),
    ...status.problems.map((text) => ({ what: "not asked", text, todo: "npx hoox check health" })),
  ];
}

function stopped({ killSwitch, ledgers }: MeshStatus, now: Date): Attention[] {
  const { state, effective } = killSwitch;
  const since =
    state.changedAt === undefined ? "" : ` for ${age(state.changedAt, now)}, by ${state.by}: ${state.reason}`;
  const by = effective === state.mode ? since : ": a KV key says so";
  // What the mode means stands among the figures; what could not be read is not called by a mode.
  const text = isUnknown(killSwitch) ? effectiveText(killSwitch, plain) : `${effective.toUpperCase()}${by}`;
  return [
    ...(effective === "off" ? [] : [{ what: "kill switch", text, todo: "npx hoox kill-switch show" }]),
    ...ledgers.flatMap(({ ledger, tradingOff }) =>
      tradingOff === undefined ? [] : [{ what: "trading off", text: `${ledger}: ${tradingOff}` }],
    ),
  ];
}

function leftOpen({ ledgers }: MeshStatus): Attention[] {
  return ledgers.flatMap(({ ledger, leftToAPerson = [] }) =>
    leftToAPerson.map(({ symbol, requestId }) => ({
      what: "left open",
      text: `${ledger} ${symbol}: no order here has closed it; close it by hand, then end it`,
      todo: `npx hoox lanes resolve ${requestId} --outcome filled --price … --reason "…", or npx hoox positions reconcile ${ledger} ${symbol}`,
    })),
  );
}

function drifts({ drifts: all = [] }: MeshStatus, now: Date): Attention[] {
  return all.map(({ position, since }) => ({
    what: "differs",
    text: `${position}: the exchange has held something else for ${age(new Date(since), now)}`,
    todo: "npx hoox positions",
  }));
}

function fullDatabase({ database }: MeshStatus): Attention[] {
  const { sizeBytes = 0 } = database ?? {};
  if (sizeBytes < DATABASE_LIMIT_BYTES * NEARLY_FULL) return [];
  const text = `${bytes(sizeBytes)} of ${bytes(DATABASE_LIMIT_BYTES)}; shorten RETENTION in services/d1-worker/wrangler.jsonc`;
  return [{ what: "database", text, todo: "npx hoox deploy d1-worker" }];
}

function doubtful({ blocked: all = [], ledgers }: MeshStatus, now: Date): Attention[] {
  const named = all.filter((each) => each.inDoubt);
  const count = ledgers.reduce((sum, each) => sum + each.inDoubt, 0);
  const rest = count - named.length;
  return [
    ...named.map(({ lane, action, acceptedAt, reason, requestId }) => ({
      what: "in doubt",
      text: `${lane} ${action}, ${age(acceptedAt, now)} old${because(reason)}`,
      todo: `npx hoox lanes show ${requestId}`,
    })),
    ...(rest > 0
      ? [{ what: "in doubt", text: `${rest} order${rest === 1 ? "" : "s"}`, todo: "npx hoox lanes list" }]
      : []),
  ];
}

function blocked({ blocked: all = [] }: MeshStatus, now: Date): Attention[] {
  return all
    .filter((each) => !each.inDoubt)
    .map(({ lane, action, state, acceptedAt, waiting, reason, requestId }) => ({
      what: "lane blocked",
      text: `${lane} ${action} is ${state} for ${age(acceptedAt, now)}, ${waiting} behind it${because(reason)}`,
      todo: `npx hoox lanes show ${requestId}`,
    }));
}

function unread({ unread: all = [] }: MeshStatus, now: Date): Attention[] {
  const more = all.length - SHOWN_UNREAD;
  return [
    ...all.slice(0, SHOWN_UNREAD).map((each) => ({
      what: "unread",
      text: `${each.title}, ${age(new Date(each.created_at), now)} ago`,
      todo: `npx hoox trace ${each.request_id}`,
    })),
    ...(more > 0 ? [{ what: "unread", text: `and ${more} more critical notifications` }] : []),
  ];
}

function letters({ database }: MeshStatus): Attention[] {
  const { deadLettersOpen: open = 0, deadLettersSilent: silent = 0 } = database ?? {};
  if (open + silent === 0) return [];
  // Letters of `notifications` and `system-logs` never notify: here is where they show.
  const text = `${open} open${silent > 0 ? `, ${silent} of notifications and logs (nobody is told of those)` : ""}`;
  return [{ what: "dead letters", text, todo: "npx hoox dlq list" }];
}

function stuckQueues({ queues }: MeshStatus, now: Date): Attention[] {
  return queues.flatMap(({ queue, backlogCount, oldestMessageAt }) => {
    if (backlogCount === 0 || oldestMessageAt === undefined) return [];
    const oldest = new Date(oldestMessageAt);
    if (now.getTime() - oldest.getTime() < STUCK_MS) return [];
    const text = `${queue}: ${backlogCount} messages, the oldest ${age(oldest, now)} old`;
    return [{ what: "backlog", text, todo: "npx hoox queues depth" }];
  });
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}

function age(at: Date, now: Date): string {
  return duration(Math.max(0, now.getTime() - at.getTime()));
}
