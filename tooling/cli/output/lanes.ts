import type * as z from "zod";
import type { SignalView } from "#contracts/ledger";
import type { opsRoutes } from "#contracts/routes/ops";
import type { Paint } from "./paint.ts";

type Word = z.input<typeof opsRoutes.resolveLane.body>;

/** What a word of the operator is about to be taken for. */
export function resolvePlan(word: Word, signal: SignalView): string {
  const doubtful = signal.legs.filter((leg) => leg.status === "in_doubt");
  const main = doubtful.find((leg) => leg.role === "entry" || leg.role === "close") ?? doubtful[0];
  const head = `plan: ${signal.lane} #${signal.seq} (${signal.action})`;
  if (main === undefined) {
    return `${head}: none of its orders is in doubt; if it stopped trading by two orders for one leg, trading goes on`;
  }
  const asked = main.order ? ` ${main.order.side} ${main.order.quantity} ${main.order.symbol}` : "";
  const how =
    word.outcome === "rejected"
      ? "counts as never executed"
      : `counts as filled: ${word.quantity ?? "all of it"} at ${word.price ?? "its own price"}`;
  return `${head}: ${main.role}${asked} (${main.clientOrderId}) ${how}. Positions and limits follow your word`;
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
