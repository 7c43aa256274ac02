import type { LogSeverity } from "#contracts/log";
import type { Trace } from "#contracts/routes/database";
import type { Row } from "#contracts/routes/route";

/** One hop of an alert's way: a log line, or what the ledger and the database know where that line is missing. */
export interface Step {
  at: string;
  worker: string;
  severity: LogSeverity;
  event: string;
  message: string;
  /** How long it took, if its line says so. */
  ms?: number;
  source: "log" | "ledger" | "database";
}

/**
 * The timeline of a trace. A Worker that is killed takes its buffered log lines with it; what it had committed
 * stands in the ledger and in the rows, and so the hop is told from there.
 */
export function stepsOf(trace: Trace): Step[] {
  const logged = trace.logs
    .toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor)
    .map((line): Step => {
      const { created_at: at, worker, severity, event, message, fields } = line;
      const ms = typeof fields["ms"] === "number" ? { ms: fields["ms"] } : {};
      return { at, worker, severity, event, message: message.split("\n")[0] ?? "", ...ms, source: "log" };
    });
  const missing = [...acceptance(trace), ...sendings(trace), ...ending(trace)];
  // A stable sort: at the same moment, acceptance comes before what follows from it.
  return [...missing, ...logged].toSorted((a, b) => a.at.localeCompare(b.at));
}

type Known = Omit<Step, "severity">;

const step = (known: Known): Step => ({ ...known, severity: "info" });

function has(trace: Trace, worker: string, event: string): boolean {
  return trace.logs.some((line) => line.worker === worker && line.event === event);
}

function acceptance(trace: Trace): Step[] {
  const view = trace.ledger?.signal;
  const row = journaled(trace.signal);
  const at = view?.acceptedAt.toISOString() ?? text(row?.["created_at"]);
  if (at === undefined) return [];
  const source = view ? "ledger" : "database";
  const seq = view?.seq ?? row?.["seq"];
  const what = [row?.["action"] ?? view?.action, row?.["symbol"] ?? view?.lane.split(":").at(-1)]
    .filter(Boolean)
    .join(" ");
  const where = trace.ledger?.name ?? `${row?.["account"]}:${row?.["venue"]}`;
  const until = view?.validUntil.toISOString() ?? text(row?.["valid_until"]);
  const valid = until === undefined ? "" : `, valid until ${until.slice(11, 19)}`;
  const steps: Known[] = [
    { at, worker: "hoox", event: "alert.accepted", message: `accepted ${what} for ${where} as number ${seq}`, source },
    { at, worker: "ledger-worker", event: "signal.accepted", message: `${what} #${seq}${valid}`, source },
  ];
  return steps.filter(({ worker, event }) => !has(trace, worker, event)).map(step);
}

/** A sent leg proves an attempt of trade-worker and a commit of the ledger, each of them at that moment. */
function sendings(trace: Trace): Step[] {
  const legs = trace.ledger?.signal.legs ?? [];
  const known = [
    ...trace.orders.map((row): Known | undefined => {
      const message = `${row["role"] ?? "order"} ${row["side"]} ${row["quantity"]} ${row["symbol"]}`;
      // A row keeps the first time, the ledger's leg has the last.
      return sending(text(row["created_at"]), message, "database");
    }),
    ...legs.map(({ role, order, clientOrderId, sentAt }): Known | undefined => {
      const message = `${role} ${order ? `${order.side} ${order.quantity} ${order.symbol}` : clientOrderId}`;
      return sending(sentAt?.toISOString(), message, "ledger");
    }),
  ].filter((each) => each !== undefined);
  const moments = known.filter((each, index) => !known.slice(0, index).some((other) => near(each.at, other.at)));
  return moments.flatMap((moment) => {
    const tried = trace.logs.some((line) => line.worker === "trade-worker" && isBy(line.created_at, moment.at));
    const written = trace.logs.some((line) => line.event === "order.sending" && near(line.created_at, moment.at));
    const attempt = { ...moment, worker: "trade-worker", event: "attempt.started", message: "it sent an order" };
    return [...(tried ? [] : [attempt]), ...(written ? [] : [moment])].map(step);
  });
}

function sending(at: string | undefined, message: string, source: Step["source"]): Known | undefined {
  return at === undefined ? undefined : { at, worker: "ledger-worker", event: "order.sending", message, source };
}

/** Clocks of Workers and of the ledger differ by milliseconds; attempts by seconds. */
const SAME_MS = 500;

function near(a: string, b: string): boolean {
  return Math.abs(Date.parse(a) - Date.parse(b)) < SAME_MS;
}

function isBy(at: string, moment: string): boolean {
  return Date.parse(at) < Date.parse(moment) + SAME_MS;
}

function ending(trace: Trace): Step[] {
  const row = journaled(trace.signal);
  const at = text(row?.["settled_at"]);
  if (at === undefined || has(trace, "ledger-worker", "signal.settled")) return [];
  const message = `${row?.["outcome"]}: ${row?.["reason"]}`;
  return [step({ at, worker: "ledger-worker", event: "signal.settled", message, source: "database" })];
}

/** Refused alerts and dropped copies are rows too, but no ledger took them. */
function journaled(row: Row | undefined): Row | undefined {
  return row && row["outcome"] !== "refused" && row["outcome"] !== "duplicate" ? row : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
