import type { LaneView, SignalView } from "#contracts/ledger";
import type { View } from "../base.ts";
import { outcomeText } from "./orders.ts";
import { table } from "./table.ts";
import { duration, when } from "./time.ts";
import { short } from "./units.ts";
import { wrap } from "./wrap.ts";

type Leg = SignalView["legs"][number];

/** A lane: its signals in their order, each with its legs and with what happens next. */
export function laneText({ lane, signals }: LaneView, view: View): string {
  const count = `${signals.length} signal${signals.length === 1 ? "" : "s"} not ended`;
  return [`${view.paint.bold(lane)}  ${count}`, ...signals.map((signal) => signalText(signal, view))].join("\n\n");
}

function signalText(signal: SignalView, view: View): string {
  const { paint } = view;
  const state = outcomeText(signal.outcome ?? signal.state.replace("_", " "), paint);
  const what = [signal.action, signal.quantity].filter(Boolean).join(" ");
  const tries = `${signal.attempts} attempt${signal.attempts === 1 ? "" : "s"}`;
  const lines = [
    `#${signal.seq} ${paint.bold(what)}  ${state}  ${paint.name(signal.requestId)}`,
    `   accepted ${when(signal.acceptedAt, view)}, valid until ${when(signal.validUntil, view)}, ${tries}${by(signal.strategy)}`,
    ...(signal.reason === undefined ? [] : [indented(wrap(signal.reason, view.columns - 3))]),
    ...(signal.legs.length === 0 ? [] : [indented(legsTable(signal.legs, { ...view, columns: view.columns - 3 }))]),
    ...(signal.state === "ended" ? [] : [indented(nextStep(signal, { ...view, columns: view.columns - 3 }))]),
  ];
  return lines.join("\n");
}

const by = (strategy: string | undefined): string => (strategy === undefined ? "" : `, strategy ${strategy}`);

export function legsTable(legs: readonly Leg[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("leg"), value: (row) => row.role },
      { title: paint.dim("order"), value: (row) => (row.order ? `${row.order.side} ${row.order.quantity}` : "-") },
      { title: paint.dim("price"), value: priceText, align: "right" },
      { title: paint.dim("state"), value: (row) => stateText(row, view) },
      { title: paint.dim("filled"), value: filledText, align: "right" },
      { title: paint.dim("sent"), value: (row) => when(row.sentAt, view) },
      { title: paint.dim("client order id"), value: (row) => row.clientOrderId, below: true },
      { title: paint.dim("reason"), value: (row) => row.reason ?? "", shrinkTo: 16, below: true },
    ],
    legs,
    view.columns,
  );
}

function priceText({ order }: Leg): string {
  return short(order?.price ?? order?.triggerPrice ?? (order ? "market" : undefined));
}

function filledText({ filledQuantity, averagePrice }: Leg): string {
  return filledQuantity === "0" ? "-" : `${short(filledQuantity)} at ${short(averagePrice)}`;
}

function stateText({ status, orderStatus, quietUntil }: Leg, view: View): string {
  if (status === "done" && orderStatus) return outcomeText(orderStatus, view.paint);
  if (status !== "in_doubt") return status;
  const quiet = quietUntil && quietUntil > view.now ? `, asked again ${when(quietUntil, view)}` : "";
  return view.paint.bad(`in doubt${quiet}`);
}

/** What happens by itself from here on, and what a person may do. */
export function nextStep(signal: SignalView, view: View): string {
  const label = "next  ";
  const lines = wrap(stepOf(signal, view), view.columns - label.length).split("\n");
  const text = `${view.paint.dim(label)}${lines.join(`\n${" ".repeat(label.length)}`)}`;
  const doubtful = signal.legs.some((leg) => leg.status === "in_doubt");
  // A line to copy stays whole.
  return doubtful
    ? `${text}\n      npx hoox lanes resolve ${signal.requestId} --outcome filled|rejected --reason "…"`
    : text;
}

function stepOf(signal: SignalView, view: View): string {
  const { state, legs, notBefore } = signal;
  if (legs.some((leg) => leg.status === "in_doubt")) {
    return "the venue is asked again until it knows the order, or provably does not; exits may pass meanwhile. When its own screen shows what became of it:";
  }
  const tasks = legs.flatMap((leg) =>
    leg.status === "planned"
      ? [`place the ${leg.role}`]
      : leg.status === "sending"
        ? [`ask about the ${leg.role}`]
        : [],
  );
  const work = tasks.length === 0 ? "" : `: ${tasks.join(", ")}`;
  switch (state) {
    case "waiting":
      return "it waits for the signals before it in its lane";
    case "head":
      return `it is its lane's turn; trade-worker claims it${work}`;
    case "leased":
      return `an attempt is under way${work}; it ends by itself, or its lease does within 15 s`;
    case "deferred":
      return `it is tried again ${notBefore === undefined ? "soon" : inTime(notBefore, view)}${work}, until its validity ends`;
    case "in_doubt":
    case "ended":
      return "nothing";
    default:
      return state satisfies never;
  }
}

function inTime(at: Date, { now, absolute }: View): string {
  return absolute ? `at ${at.toISOString()}` : `in ${duration(Math.max(0, at.getTime() - now.getTime()))}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "   ");
}
