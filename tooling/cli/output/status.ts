import { DATABASE_LIMIT_BYTES } from "#contracts/database-limit";
import type { MeshStatus } from "#contracts/routes/ops";
import type { Attention } from "../attention.ts";
import type { View } from "../base.ts";
import { effectiveText } from "./kill-switch.ts";
import { positionsTable } from "./positions.ts";
import { pad, table, visible } from "./table.ts";
import { duration, when } from "./time.ts";
import { bytes, short } from "./units.ts";

export interface StatusView extends View {
  target: { name: string; url: string };
}

const LABEL = 14;
/** What a screen of 24 lines has room for. */
const SHOWN = 6;

/** Which mesh and whether it is well, what needs a person, how it stands, what is open. */
export function statusText(status: MeshStatus, attention: readonly Attention[], view: StatusView): string {
  const sections = [
    head(attention, view),
    attention.flatMap((each) => attentionLines(each, view)).join("\n"),
    figures(status, view),
    positions(status, view),
    workingOrders(status, view),
  ];
  return sections.filter((each) => each !== "").join("\n\n");
}

function head(attention: readonly Attention[], { paint, target }: StatusView): string {
  const mesh = target.name === target.url ? target.url : `${target.name} (${target.url})`;
  const count = attention.length;
  const verdict =
    count === 0
      ? paint.good("✓ all is well")
      : paint.bad(`✗ ${count} thing${count === 1 ? " needs" : "s need"} a person`);
  return `${paint.bold(verdict)}  ${mesh}`;
}

function attentionLines({ what, text, todo }: Attention, { paint, columns }: StatusView): string[] {
  const first = `${paint.bad(`✗ ${pad(what, LABEL - 2)}`)}  ${fitted(text, columns - LABEL - 2)}`;
  return todo === undefined ? [first] : [first, `${" ".repeat(LABEL + 2)}${paint.dim(todo)}`];
}

function fitted(text: string, room: number): string {
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  return visible(line) > room ? pad(line, Math.max(20, room)) : line;
}

function figures(status: MeshStatus, view: StatusView): string {
  const { paint } = view;
  const { killSwitch, database } = status;
  const total = (of: (ledger: MeshStatus["ledgers"][number]) => number): number =>
    status.ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
  const doubt = total((each) => each.inDoubt);
  const doubtText = doubt > 0 ? paint.bad(`${doubt} in doubt`) : "0 in doubt";
  const rows: [string, string][] = [
    ["kill switch", effectiveText(killSwitch, paint)],
    [
      "signals",
      `${total((each) => each.unended)} not ended, ${total((each) => each.inFlight)} in flight, ${doubtText}`,
    ],
    ["outbox", `${total((each) => each.unconfirmed)} unconfirmed`],
    ["backlog", backlog(status, view)],
  ];
  if (database) {
    const refused = `${database.refusalsToday} refused`;
    const { acknowledgement: ack } = database;
    rows.push(
      ["today", `${database.signalsToday} signals, ${database.refusalsToday > 0 ? paint.odd(refused) : refused}`],
      ["last alert", when(database.lastAlertAt, view)],
      ["last fill", lastFill(database.lastFill, view)],
      [
        "acknowledged",
        ack
          ? `in ${duration(ack.p50)} (p50), ${duration(ack.p99)} (p99): ${ack.alerts} alerts of the last hour`
          : "no alert in the last hour",
      ],
    );
    if (database.emailSignals)
      rows.push([
        "by e-mail",
        `${database.emailSignals} signals in 24 h, ${(database.emailOnly ?? 0) > 0 ? paint.odd(`${database.emailOnly ?? 0} of which no webhook brought`) : "all of which a webhook brought, too"}`,
      ]);
    if (database.sizeBytes !== undefined)
      rows.push(["database", `${bytes(database.sizeBytes)} of ${bytes(DATABASE_LIMIT_BYTES)}`]);
  }
  return rows.map(([label, text]) => `${paint.dim(pad(label, LABEL))}  ${text}`).join("\n");
}

type Database = NonNullable<MeshStatus["database"]>;

function lastFill(fill: Database["lastFill"], view: StatusView): string {
  if (!fill) return "-";
  const what = `${fill["side"]} ${fill["quantity"]} ${fill["symbol"]} at ${short(String(fill["price"]))}`;
  return `${what}, ${when(String(fill["created_at"]), view)}`;
}

function backlog({ queues }: MeshStatus, view: StatusView): string {
  const waiting = queues.filter((each) => each.backlogCount > 0);
  if (queues.length === 0) return "unknown";
  if (waiting.length === 0) return `all ${queues.length} queues are empty`;
  return waiting
    .map(({ queue, backlogCount, oldestMessageAt }) => {
      const oldest = oldestMessageAt === undefined ? "" : ` (oldest ${when(oldestMessageAt, view)})`;
      return view.paint.odd(`${queue} ${backlogCount}${oldest}`);
    })
    .join(", ");
}

function positions(status: MeshStatus, view: StatusView): string {
  const open = status.ledgers.flatMap(({ ledger, positions: all }) =>
    all.filter((each) => each.quantity !== "0").map((position) => ({ ledger, ...position })),
  );
  if (open.length === 0) return "no open positions";
  const more = open.length > SHOWN ? `\n… and ${open.length - SHOWN} more: npx hoox positions` : "";
  return `${positionsTable(open.slice(0, SHOWN), view)}${more}`;
}

function workingOrders(status: MeshStatus, view: StatusView): string {
  const { paint } = view;
  const all = status.ledgers.flatMap(({ ledger, workingOrders: orders }) =>
    orders.map((order) => ({ ledger, ...order })),
  );
  if (all.length === 0) return "";
  const text = table(
    [
      { title: paint.dim("working order"), value: (row) => `${row.ledger} ${row.order?.symbol ?? ""}` },
      { title: paint.dim("what"), value: (row) => `${row.role} ${row.order?.side ?? ""} ${row.order?.quantity ?? ""}` },
      { title: paint.dim("at"), value: (row) => row.order?.triggerPrice ?? row.order?.price ?? "-", align: "right" },
      { title: paint.dim("filled"), value: (row) => row.filledQuantity, align: "right" },
      { title: paint.dim("sent"), value: (row) => when(row.sentAt, view) },
    ],
    all.slice(0, SHOWN),
    view.columns,
  );
  return all.length > SHOWN ? `${text}\n… and ${all.length - SHOWN} more: npx hoox status --json` : text;
}
