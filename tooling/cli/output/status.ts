import type { MeshStatus } from "#contracts/routes";
import { effectiveText } from "./kill-switch.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";

export interface StatusView {
  now: Date;
  absolute: boolean;
  paint: Paint;
  columns: number;
  target: { name: string; url: string };
}

/** What matters first stands first: may it trade, is something wrong, what is open. */
export function statusText(status: MeshStatus, view: StatusView): string {
  const sections = [summary(status, view), positions(status, view), workingOrders(status, view), queues(status, view)];
  return sections.filter((each) => each !== "").join("\n\n");
}

function summary(status: MeshStatus, view: StatusView): string {
  const { paint } = view;
  const { killSwitch, database } = status;
  const total = (of: (ledger: MeshStatus["ledgers"][number]) => number): number =>
    status.ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
  const bad = (count: number, text: string): string => (count > 0 ? paint.bad(text) : text);
  const doubt = total((each) => each.inDoubt);
  const rows: [string, string][] = [
    ["mesh", `${view.target.name} (${view.target.url})`],
    ["kill switch", effectiveText(killSwitch, paint)],
    [
      "signals",
      `${total((each) => each.unended)} not ended, ${total((each) => each.inFlight)} in flight, ${bad(doubt, `${doubt} in doubt`)}`,
    ],
    ["outbox", `${total((each) => each.unconfirmed)} unconfirmed`],
  ];
  if (database) {
    const { deadLettersOpen: open, deadLettersSilent: silent } = database;
    rows.push(["today", `${database.signalsToday} signals, ${database.refusalsToday} refused`]);
    rows.push(["last alert", when(database.lastAlertAt, view)]);
    rows.push(["last fill", lastFill(database.lastFill, view)]);
    rows.push(["dead letters", bad(open + silent, lettersText(open, silent))]);
  }
  for (const ledger of status.ledgers.filter((each) => each.tradingOff !== undefined)) {
    rows.push(["trading off", paint.bad(`${ledger.ledger}: ${ledger.tradingOff}`)]);
  }
  for (const problem of status.problems) rows.push(["problem", paint.bad(problem)]);
  return rows.map(([label, text]) => `${paint.dim(label.padEnd(12))}  ${text}`).join("\n");
}

type Database = NonNullable<MeshStatus["database"]>;

function lastFill(fill: Database["lastFill"], view: StatusView): string {
  if (!fill) return "-";
  const what = `${fill["side"]} ${fill["quantity"]} ${fill["symbol"]} at ${fill["price"]}`;
  return `${what}, ${when(String(fill["created_at"]), view)}`;
}

function positions(status: MeshStatus, view: StatusView): string {
  const rows = status.ledgers.flatMap(({ ledger, positions: all }) =>
    all.filter((each) => each.quantity !== "0").map((position) => ({ ledger, ...position })),
  );
  if (rows.length === 0) return "no open positions";
  return table(
    [
      { title: "position", value: (row) => `${row.ledger} ${row.symbol}` },
      { title: "quantity", value: (row) => row.quantity, align: "right" },
      { title: "entry", value: (row) => short(row.averagePrice), align: "right" },
      { title: "realised", value: (row) => short(row.realisedProfit), align: "right" },
    ],
    rows,
    view.columns,
  );
}

function workingOrders(status: MeshStatus, view: StatusView): string {
  const rows = status.ledgers.flatMap(({ ledger, workingOrders: all }) => all.map((order) => ({ ledger, ...order })));
  if (rows.length === 0) return "";
  return table(
    [
      { title: "working order", value: (row) => row.clientOrderId },
      { title: "where", value: (row) => `${row.ledger} ${row.order?.symbol ?? ""}` },
      { title: "what", value: (row) => `${row.role} ${row.order?.side ?? ""} ${row.order?.quantity ?? ""}` },
      { title: "filled", value: (row) => row.filledQuantity, align: "right" },
      { title: "sent", value: (row) => when(row.sentAt, view) },
    ],
    rows,
    view.columns,
  );
}

function queues(status: MeshStatus, view: StatusView): string {
  const waiting = status.queues.filter((each) => each.backlogCount > 0);
  if (waiting.length === 0) return status.queues.length === 0 ? "" : "all queues are empty";
  return table(
    [
      { title: "queue", value: (row) => row.queue },
      { title: "messages", value: (row) => String(row.backlogCount), align: "right" },
      { title: "oldest", value: (row) => when(row.oldestMessageAt, view) },
    ],
    waiting,
    view.columns,
  );
}

/** Division leaves twenty places; eight are what venues know. */
function short(decimal: string | undefined): string {
  return decimal === undefined ? "-" : decimal.replace(/(\.\d{8})\d+$/, "$1…");
}

/** Letters of `notifications` and `system-logs` never notify: here is where they show. */
function lettersText(open: number, silent: number): string {
  return silent > 0 ? `${open} open, ${silent} of notifications and logs (nobody is told of those)` : `${open} open`;
}
