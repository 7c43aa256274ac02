import type { Trace } from "#contracts/routes/database";
import { opsRoutes } from "#contracts/routes/ops";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";
import { until } from "./wait.ts";

/** A trace with what follows from it. */
export interface Story {
  trace: Trace;
  /** The signal has an outcome, or there never was a signal. */
  ended: boolean;
  outcome: string | undefined;
  reason: string | undefined;
  startedAt: Date;
  endedAt: Date | undefined;
  totalMs: number | undefined;
}

const WAIT_MS = 10_000;

/** Undefined when the mesh knows nothing of the id. */
export async function follow(
  mesh: MeshClient,
  requestId: string,
  options: { wait: boolean; context: HooxContext },
): Promise<Story | undefined> {
  const ask = async (): Promise<Story | undefined> => {
    try {
      return storyOf(await mesh.call(opsRoutes.trace, { params: { requestId } }));
    } catch (error) {
      if (error instanceof CliError && error.exitCode === 1) return undefined;
      throw error;
    }
  };
  if (!options.wait) return ask();
  return until(ask, { done: isComplete, forMs: WAIT_MS, everyMs: 250, context: options.context });
}

export function unknownRequest(url: string, requestId: string): CliError {
  return new CliError(1, `${url} knows nothing of ${requestId}`, {
    hint: "is it the right mesh (--target)? A refused request without a valid key leaves no trace",
  });
}

export function storyOf(trace: Trace): Story | undefined {
  const { signal, ledger } = trace;
  const known =
    signal !== undefined ||
    ledger !== undefined ||
    trace.logs.length + trace.notifications.length + trace.deadLetters.length > 0;
  if (!known) return undefined;
  const outcome = ledger?.signal.outcome ?? text(signal?.["outcome"]);
  const startedAt =
    ledger?.signal.acceptedAt ??
    date(signal?.["created_at"]) ??
    date(trace.logs[0]?.created_at) ??
    date(trace.deadLetters[0]?.first_seen_at);
  const ended = outcome === undefined ? ledger === undefined && signal === undefined : outcome !== "working";
  const endedAt = outcome === undefined || outcome === "working" ? undefined : endOf(trace);
  const start = startedAt ?? new Date(0);
  return {
    trace,
    ended,
    outcome,
    reason: ledger?.signal.reason ?? text(signal?.["reason"]),
    startedAt: start,
    endedAt,
    totalMs: endedAt === undefined ? undefined : Math.max(0, endedAt.getTime() - start.getTime()),
  };
}

/** A resting order is as far as a signal gets for now; the last lines to arrive are those of its end. */
function isComplete(story: Story | undefined): boolean {
  if (story === undefined) return false;
  const stands = story.ended || story.outcome === "working";
  return (
    stands &&
    story.trace.logs.some(
      (line) => line.worker === "trade-worker" || line.worker === "ledger-worker" || story.trace.ledger === undefined,
    )
  );
}

/** When the database's row says so; before it is there, the last thing that happened to an order. */
function endOf(trace: Trace): Date | undefined {
  const settled = date(trace.signal?.["settled_at"]);
  if (settled !== undefined) return settled;
  const touched = [
    ...trace.orders.map((row) => date(row["updated_at"])),
    ...trace.fills.map((row) => date(row["created_at"])),
  ];
  return touched.filter((each) => each !== undefined).toSorted((a, b) => b.getTime() - a.getTime())[0];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function date(value: unknown): Date | undefined {
  if (typeof value !== "string") return undefined;
  const parsed = new Date(value);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}
