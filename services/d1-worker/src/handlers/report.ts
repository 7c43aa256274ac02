import type { AttemptReport, SettledAs } from "#queues/consumer";
import type { LogSeverity } from "#contracts/log";
import type { Log } from "#runtime/log";

const severities: Record<SettledAs, LogSeverity> = {
  acked: "info",
  retried: "warn",
  parked: "error",
  dropped: "warn",
  archived: "error",
};

type Report = { report(attempt: AttemptReport): void; finish(): void };

/** Turns the attempts of one batch into log lines: one per request for what succeeded, one per failure. */
export function reportTo(log: Log): Report {
  return reporting(log, (succeeded) => {
    for (const [requestId, attempts] of Map.groupBy(succeeded, (each) => each.requestId)) {
      const [first] = attempts;
      if (!first) continue;
      const types = attempts.map((each) => each.type ?? "unreadable message").join(", ");
      const line = first.queue.endsWith("-dlq") ? `stored as dead letter: ${types}` : `stored ${types}`;
      const event = first.queue.endsWith("-dlq") ? "letter.stored" : "record.stored";
      const waits = attempts.flatMap((each) => each.waitMs ?? []);
      const waitMs = waits.length === 0 ? {} : { waitMs: Math.max(...waits) };
      const fields = { queue: first.queue, ids: attempts.map((each) => each.id), ...waitMs, ms: first.ms };
      (requestId === undefined ? log : log.for(requestId))("info", event, line, fields);
    }
  });
}

/** As {@link reportTo}, with one line for all that succeeded: log lines name their requests themselves. */
export function reportInShort(log: Log): Report {
  return reporting(log, (succeeded) => {
    const [first] = succeeded;
    if (first)
      log("info", "logs.stored", `stored ${succeeded.length} log messages`, { queue: first.queue, ms: first.ms });
  });
}

function reporting(log: Log, tell: (succeeded: readonly AttemptReport[]) => void): Report {
  const succeeded: AttemptReport[] = [];
  return {
    report(attempt) {
      if (attempt.settled === "acked") succeeded.push(attempt);
      else writeFailure(log, attempt);
    },
    finish: () => tell(succeeded),
  };
}

function writeFailure(log: Log, { queue, id, type, requestId, attempt, ms, settled, error }: AttemptReport): void {
  const line = `${type ?? "unreadable message"} ${settled} at attempt ${attempt}: ${error ?? "no reason given"}`;
  const to = requestId === undefined ? log : log.for(requestId);
  to(severities[settled], `message.${settled}`, line, { queue, id, attempt, ms });
}
