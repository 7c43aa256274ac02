import type { LogRow } from "#contracts/log-view";
import type { Trace } from "#contracts/routes/database";

/** One stretch of an alert's way, from one moment to another: somebody worked on it, or it waited. */
export interface Hop {
  name: string;
  worker: string;
  kind: "work" | "wait";
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/**
 * The way as stretches of time, in order: acknowledgement, queue, claim, sending, venue, settlement, outbox, record,
 * notification. Each is read from the fields of a log line, so what was not logged is missing here and stands in
 * the steps alone. Looking after a resting order is no part of the way.
 */
export function hopsOf(trace: Trace): Hop[] {
  const lines = trace.logs.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
  return [...answered(lines), ...attempts(lines), ...stored(lines), ...told(trace)]
    .filter(({ from, to }) => Number.isFinite(from) && to >= from)
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
}

const ANSWERS: Readonly<Record<string, string>> = {
  "alert.accepted": "acknowledged",
  "alert.duplicate": "answered: a copy",
};

function answered(lines: readonly LogRow[]): Hop[] {
  return lines.flatMap((line): Hop[] => {
    const name = ANSWERS[line.event];
    const from = timeIn(line, "receivedAt");
    if (line.event === "alert.refused") return [hop("refused", line, at(line), at(line))];
    return name === undefined || from === undefined ? [] : [hop(name, line, from, from + ms(line))];
  });
}

/** trade-worker's lines one after the other: each ends a stretch that began where the one before ended. */
function attempts(lines: readonly LogRow[]): Hop[] {
  const hops: Hop[] = [];
  let end: number | undefined;
  for (const line of lines.filter((each) => each.worker === "trade-worker")) {
    if (line.event === "signal.claimed") {
      const hinted = timeIn(line, "hintedAt");
      const waitMs = numberIn(line, "waitMs");
      if (hinted === undefined || waitMs === undefined) continue;
      const claimed = hinted + waitMs;
      hops.push({ ...hop("queue trade-signals", line, hinted, claimed), kind: "wait" });
      hops.push(hop("claim", line, claimed, claimed + ms(line)));
      end = claimed + ms(line);
    } else if (line.event === "attempt.started") {
      if (end !== undefined) hops.push(hop("hand-over", line, end, at(line)));
      end = at(line);
    } else if (line.event.startsWith("order.") && line.event !== "order.seen") {
      const asked = at(line) - ms(line);
      const permission = lines.some((each) => each.event === "order.sending" && isWithin(at(each), end, asked));
      const role = typeof line.fields["role"] === "string" ? ` ${line.fields["role"]}` : "";
      if (permission && end !== undefined)
        hops.push({ ...hop(`sending${role}`, line, end, asked), worker: "ledger-worker" });
      hops.push(hop(`venue${role}`, line, asked, at(line)));
      end = at(line);
    } else if (line.event.startsWith("attempt.") && end !== undefined) {
      hops.push({
        ...hop(line.event === "attempt.settled" ? "settle" : "defer", line, end, at(line)),
        worker: "ledger-worker",
      });
      end = undefined;
    }
  }
  return hops;
}

/** Ledgers' clocks and Workers' differ by milliseconds. */
const SLACK_MS = 50;

function isWithin(moment: number, from: number | undefined, to: number): boolean {
  return from !== undefined && moment >= from - SLACK_MS && moment <= to + SLACK_MS;
}

function stored(lines: readonly LogRow[]): Hop[] {
  return lines
    .filter((line) => line.event === "record.stored")
    .flatMap((line): Hop[] => {
      const begun = at(line) - ms(line);
      const waitMs = numberIn(line, "waitMs");
      const telling = line.message.includes("notification.");
      const wait: Hop[] =
        waitMs === undefined
          ? []
          : [
              {
                ...hop(telling ? "queue records" : "outbox, queue records", line, begun - waitMs, begun),
                kind: "wait",
              },
            ];
      return [...wait, hop(telling ? "telling recorded" : "record written", line, begun, at(line))];
    });
}

/** From the last thing that had happened before it was sent; Telegram's own time is in it. */
function told({ notifications, signal, orders }: Trace): Hop[] {
  const causes = [signal?.["created_at"], signal?.["settled_at"], ...orders.map((order) => order["updated_at"])]
    .map((moment) => Date.parse(String(moment)))
    .filter((moment) => !Number.isNaN(moment));
  return notifications.flatMap((row): Hop[] => {
    const to = Date.parse(String(row["created_at"]));
    const from = Math.max(...causes.filter((cause) => cause <= to));
    const name = row["status"] === "sent" ? "outbox, queue, told" : `not told: ${row["status"]}`;
    return Number.isFinite(from) ? [{ name, worker: "telegram-worker", kind: "wait", from, to }] : [];
  });
}

function hop(name: string, line: LogRow, from: number, to: number): Hop {
  return { name, worker: line.worker, kind: "work", from, to };
}

function at(line: LogRow): number {
  return Date.parse(line.created_at);
}

function ms(line: LogRow): number {
  return numberIn(line, "ms") ?? 0;
}

function numberIn({ fields }: LogRow, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" ? value : undefined;
}

function timeIn({ fields }: LogRow, name: string): number | undefined {
  const value = Date.parse(String(fields[name] ?? ""));
  return Number.isNaN(value) ? undefined : value;
}
