import { isZero } from "#contracts/decimal";
import type { Row } from "#contracts/routes/route";
import { showStatus } from "../handlers/status.ts";
import { showTrace } from "../handlers/trace.ts";
import type { Respond } from "./answer.ts";
import { moment, NOTHING, positionLine, short, withProblems } from "./show.ts";

/** The one screen of `hoox status`, in so many lines as a chat bears. */
export const status: Respond = async ({ requestId }, deps) => {
  const reply = await showStatus({ requestId, ...NOTHING }, deps);
  const { killSwitch, ledgers, database } = reply;
  const total = (of: (ledger: (typeof ledgers)[number]) => number): number =>
    ledgers.reduce((sum, each) => sum + of(each), 0);
  const open = ledgers.flatMap(({ ledger, positions }) =>
    positions.filter(({ quantity }) => !isZero(quantity)).map((position) => ({ ...position, ledger })),
  );
  const stopped = killSwitch.effective !== "off";
  const details = [
    {
      label: "Signals",
      value: `${total((each) => each.unended)} not ended, ${total((each) => each.inFlight)} in flight, ${total((each) => each.inDoubt)} in doubt`,
    },
    ...ledgers.flatMap(({ ledger, tradingOff }) =>
      tradingOff === undefined ? [] : [{ label: "Trading off", value: `${ledger}: ${tradingOff}` }],
    ),
    ...ledgers
      .flatMap(({ ledger, leftToAPerson = [] }) => leftToAPerson.map(({ symbol }) => `${ledger} ${symbol}`))
      .slice(0, 3)
      .map((value) => ({ label: "Close it by hand", value })),
    ...(reply.drifts ?? []).slice(0, 3).map(({ position }) => ({ label: "Not as at the exchange", value: position })),
    ...open.slice(0, 8).map(positionLine),
  ];
  if (stopped) details.unshift({ label: "By", value: `${killSwitch.state.by}: ${killSwitch.state.reason}` });
  if (database) {
    const { signalsToday, refusalsToday, deadLettersOpen, deadLettersSilent, lastAlertAt } = database;
    details.push({ label: "Today", value: `${signalsToday} signals, ${refusalsToday} refused` });
    details.push({ label: "Last alert", value: lastAlertAt === undefined ? "none" : moment(lastAlertAt) });
    details.push({ label: "Dead letters", value: `${deadLettersOpen + deadLettersSilent} open` });
  }
  const waiting = reply.queues.reduce((sum, { backlogCount }) => sum + backlogCount, 0);
  details.push({ label: "Queues", value: waiting === 0 ? "empty" : `${waiting} messages wait` });
  const title = stopped ? `Trading is STOPPED (${killSwitch.effective})` : `Trading goes on, ${open.length} open`;
  return withProblems({ title, details }, reply.problems);
};

export const trace: Respond = async ({ requestId, rest }, deps) => {
  const asked = rest.trim().toLowerCase();
  if (asked === "") return { title: "Which request? /trace <id>, the id below each message" };
  const found = await showTrace({ requestId, ...NOTHING, params: { requestId: asked } }, deps);
  const { ledger, signal } = found;
  const column = (name: string): string => String(signal?.[name] ?? "");
  const how = ledger?.signal.outcome ?? (column("outcome") || ledger?.signal.state.replace("_", " ")) ?? "unknown";
  const what = [column("action") || ledger?.signal.action, column("quantity"), column("symbol") || ledger?.signal.lane];
  const acceptedAt = column("created_at") || ledger?.signal.acceptedAt;
  const details = [
    { label: "Why", value: column("reason") || (ledger?.signal.reason ?? "") },
    {
      label: "Accepted",
      value: acceptedAt ? moment(acceptedAt) : "",
    },
    ...found.orders.map((order) => ({
      label: `Order ${order["leg"]} ${order["status"]}`,
      value: orderWords(order),
    })),
    ...found.deadLetters.map(({ queue, error, reason }) => ({
      label: `Parked on ${queue}`,
      value: `${error}: ${reason}`,
    })),
    { label: "All of it", value: `npx hoox trace ${asked}` },
  ];
  const title = `${how}: ${what.filter(Boolean).join(" ")}`;
  return withProblems({ title, details: details.filter(({ value }) => value !== "") }, found.problems);
};

/** What of it is filled and at what price, else what it waits for. */
function orderWords(order: Row): string {
  const column = (name: string): string => String(order[name] ?? "");
  const asked = `${column("side")} ${column("quantity")} ${column("symbol")}`;
  const price = column("average_price") || column("price");
  const filled = column("filled_quantity");
  if (filled === "" || isZero(filled)) return price === "" ? asked : `${asked} at ${short(price)}`;
  return `${asked}, filled ${filled} at ${short(price || "?")}`;
}
