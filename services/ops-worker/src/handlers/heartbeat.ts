import { mintRequestId } from "#runtime/request-id";
import type { OpsDeps } from "../deps.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf } from "../queues.ts";
import { reasonOf } from "../within.ts";
import { healthOfAll } from "./health.ts";

export interface Heartbeat {
  /** Asked each minute while all is well; empty for never. */
  url: string;
  ping: (url: string) => Promise<{ status: number }>;
  /** What kept the last one back, by name; undefined when it was sent. Told once per change. */
  keptBack: string | undefined;
}

/** What is wrong: a name that stays the same while it lasts, and the words of the moment. */
type Trouble = readonly [name: string, words: string];

/** A message waits longer than any retry of a mesh that is well. */
const STALE_MS = 5 * 60_000;

/**
 * Tells somebody outside that the mesh is well, so that one that is dead is missed. Says nothing while it is not:
 * then that somebody raises the alarm. Never throws.
 */
export async function beat(_at: Date, deps: OpsDeps): Promise<void> {
  const { heartbeat } = deps;
  if (heartbeat.url === "") return;
  const troubles = isAddress(heartbeat.url)
    ? await whatIsWrong(deps).catch((error: unknown): Trouble[] => [["the question", reasonOf(error)]])
    : [["HEARTBEAT_URL", "HEARTBEAT_URL is not an https:// address"] as const];
  if (troubles.length > 0) return tell("heartbeat.withheld", troubles, deps);
  try {
    const { status } = await heartbeat.ping(heartbeat.url);
    if (status >= 200 && status < 300) return tell("heartbeat.resumed", [], deps);
    tell("heartbeat.failed", [["the answer", `HEARTBEAT_URL answered ${status}`]], deps);
  } catch (error) {
    tell("heartbeat.failed", [["no answer", `HEARTBEAT_URL did not answer: ${reasonOf(error)}`]], deps);
  }
}

function tell(event: string, troubles: readonly Trouble[], { heartbeat, log }: OpsDeps): void {
  const now = troubles.length === 0 ? undefined : troubles.map(([name]) => name).join(", ");
  if (now === heartbeat.keptBack) return;
  heartbeat.keptBack = now;
  if (now === undefined) log("info", event, "all is well again, the heartbeat goes out");
  else log("warn", event, `no heartbeat: ${troubles.map(([, words]) => words).join("; ")}`);
}

async function whatIsWrong(deps: OpsDeps): Promise<Trouble[]> {
  const [ledgers, queues, workers] = await Promise.all([
    askLedgers(deps, (ledger) => ledger.status()),
    depthsOf(deps.queues, deps.timeoutMs),
    healthOfAll(mintRequestId(), deps),
  ]);
  const longAgo = deps.now().getTime() - STALE_MS;
  const stale = queues.depths.filter(({ oldestMessageAt }) => oldestMessageAt && oldestMessageAt.getTime() < longAgo);
  return [
    ...workers
      .filter((each) => each.status !== "ok")
      .map(({ worker, dependencies }): Trouble => {
        const failing = dependencies.find((each) => each.status !== "ok");
        return [worker, `${worker} is not well: ${failing?.detail ?? "it does not say why"}`];
      }),
    ...ledgers.problems.map((words): Trouble => ["ledgers", words]),
    ...queues.problems.map((words): Trouble => ["depths", words]),
    ...stale.map(({ queue }): Trouble => [queue, `a message has waited on ${queue} for more than 5 minutes`]),
  ];
}

/** A test's own machine needs no certificate. */
function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback =
    url !== undefined && (["localhost", "[::1]"].includes(url.hostname) || url.hostname.startsWith("127."));
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback);
}
