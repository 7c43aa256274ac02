import type { AttemptReport, ConsumerOptions } from "#queues/consumer";
import type { OpsDeps } from "./deps.ts";

export function consumerOf(deps: Pick<OpsDeps, "producer" | "log" | "now" | "version">): ConsumerOptions {
  return {
    worker: "ops-worker",
    workerVersion: deps.version,
    producer: deps.producer,
    // No ledger sends commands.
    confirm: async () => undefined,
    report: (line) => report(line, deps),
    now: deps.now,
  };
}

function report(
  { queue, id, requestId, attempt, ms, settled, error }: AttemptReport,
  deps: Pick<OpsDeps, "log">,
): void {
  // A success has had its own line.
  if (settled === "acked") return;
  const log = requestId === undefined ? deps.log : deps.log.for(requestId);
  const severity = settled === "parked" ? "error" : "warn";
  log(severity, "command.unanswered", `command ${settled}: ${error ?? "no reason"}`, { queue, id, attempt, ms });
}
