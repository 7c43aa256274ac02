import { opsRoutes, type PositionView } from "#contracts/routes/ops";
import type { HooxContext } from "./context.ts";
import type { MeshClient } from "./mesh-client.ts";
import { sized } from "./output/positions.ts";
import { deliver, type Sent } from "./send.ts";
import { until } from "./wait.ts";

const FOR_MS = 60_000;

interface Place {
  ledger: string;
  symbol: string;
}

export interface Closing {
  closed: Place[];
  open: (Place & { why: string; requestId?: string | undefined })[];
}

/** `left`: sentences about what stays open. */
export function closingPlan(open: readonly PositionView[], left: readonly string[]): string {
  return [
    `plan: close ${open.length} position${open.length === 1 ? "" : "s"} at the market's price`,
    ...open.map(({ ledger, symbol, quantity }) => `  ${ledger} ${symbol}: ${sized(quantity)}`),
    ...left.map((sentence) => `not closed: ${sentence}`),
  ].join("\n");
}

/** Sends an alert that closes for each, and waits until the ledgers are flat. One that is refused stops no other. */
export async function closeAll(
  open: readonly PositionView[],
  of: { mesh: MeshClient; key: string; context: Pick<HooxContext, "now" | "sleep">; note: (text: string) => void },
): Promise<Closing> {
  const { mesh, key, context } = of;
  const at = context.now().toISOString();
  const sent = new Map<PositionView, Sent>();
  for (const position of open) {
    const { ledger, account, venue: exchange, symbol } = position;
    const idempotencyKey = `close-all ${at} ${ledger} ${symbol}`;
    const alert = { apiKey: key, account, exchange, symbol, action: "close", idempotencyKey };
    sent.set(position, await deliver(mesh, { path: "/webhook", body: JSON.stringify(alert) }).catch(unsent));
  }
  const accepted = open.filter((each) => sent.get(each)?.status === "accepted");
  if (accepted.length > 0) of.note(`${accepted.length} sent; waiting until they are flat, for a minute at most`);
  const stillOpen = (positions: readonly PositionView[]): PositionView[] =>
    accepted.filter((each) => positions.some((now) => isSame(now, each) && now.quantity !== "0"));
  const { positions } =
    accepted.length === 0
      ? { positions: open }
      : await until(() => mesh.call(opsRoutes.positions, { query: {} }), {
          // A ledger that does not answer is not flat.
          done: (reply) => reply.problems === undefined && stillOpen(reply.positions).length === 0,
          forMs: FOR_MS,
          everyMs: 500,
          context,
        });
  const isOpen = new Set(stillOpen(positions));
  const isKnown = (each: PositionView): boolean => positions.some((now) => isSame(now, each));
  const left = open.filter((each) => sent.get(each)?.status !== "accepted" || isOpen.has(each) || !isKnown(each));
  return {
    closed: open.filter((each) => !left.includes(each)).map(({ ledger, symbol }) => ({ ledger, symbol })),
    open: left.map((each) => {
      const { status, error, requestId } = sent.get(each) ?? {};
      const why = status === "accepted" ? "not flat after a minute" : (error ?? "it was taken for a copy");
      return { ledger: each.ledger, symbol: each.symbol, why, requestId };
    }),
  };
}

/** One that did not get through stops no other. */
function unsent(error: unknown): Sent {
  const message = error instanceof Error ? error.message : String(error);
  return { http: 0, status: "failed", requestId: undefined, ms: 0, error: message };
}

function isSame(a: PositionView, b: PositionView): boolean {
  return a.ledger === b.ledger && a.symbol === b.symbol;
}
