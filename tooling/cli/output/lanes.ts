import type * as z from "zod";
import type { SignalView } from "#contracts/ledger";
import type { opsRoutes } from "#contracts/routes/ops";
import type { Paint } from "./paint.ts";

type Word = z.input<typeof opsRoutes.resolveLane.body>;

/** What a word of the operator is about to be taken for. */
export function resolvePlan(word: Word, signal: SignalView): string {
  const head = `plan: ${signal.lane} #${signal.seq} (${signal.action})`;
  const leg = legOf(signal);
  if (leg === undefined) {
    return `${head}: none of its orders is in doubt; if it stopped trading by two orders for one leg, trading goes on`;
  }
  const asked = leg.order ? ` ${leg.order.side} ${leg.order.quantity} ${leg.order.symbol}` : "";
  return `${head}: ${leg.role}${asked} (${leg.clientOrderId}) ${countsAs(word, leg)}`;
}

function countsAs({ outcome, quantity, price }: Word, { role, status }: Leg): string {
  const follows = "Positions and limits follow your word";
  if (outcome === "filled")
    return `counts as filled: ${quantity ?? "all of it"} at ${price ?? "its own price"}. ${follows}`;
  // The venue has refused it, or it was never sent: what it was to close is open.
  if (role === "emergency" && status !== "in_doubt")
    return "is given up: the position stays, and nothing here guards or closes it";
  return `counts as never executed. ${follows}`;
}

type Leg = SignalView["legs"][number];

function legOf({ legs, inQuestion }: SignalView): Leg | undefined {
  const doubtful = legs.filter((leg) => leg.status === "in_doubt");
  const main = doubtful.find((leg) => leg.role === "entry" || leg.role === "close") ?? doubtful[0];
  return main ?? legs.find(({ leg }) => leg === inQuestion);
}

export function resolvedText(
  { ledger, signal, note }: z.infer<typeof opsRoutes.resolveLane.reply>,
  paint: Paint,
): string {
  const end = signal.outcome ?? signal.state.replace("_", " ");
  const lines = [
    `${paint.bold(signal.requestId)}  ${signal.outcome === "filled" ? paint.good(end) : paint.odd(end)}`,
    `${signal.lane} #${signal.seq} in ledger ${ledger}`,
    signal.reason ?? "",
    note === undefined ? "" : `note: ${note}`,
  ];
  return lines.filter((each) => each !== "").join("\n");
}
