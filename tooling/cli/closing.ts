import { opsRoutes, type PositionView } from "#contracts/routes/ops";
import type { HooxContext } from "./context.ts";
import { CliError, usageError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";
import { sized } from "./output/positions.ts";
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

/** `left`: lines about what stays. */
export function closingPlan(open: readonly PositionView[], left: readonly string[]): string {
  return [
    `plan: close ${open.length} position${open.length === 1 ? "" : "s"} at the market's price`,
    ...open.map(({ ledger, symbol, quantity }) => `  ${ledger} ${symbol}: ${sized(quantity)}`),
    ...left,
  ].join("\n");
}

/** Asks for a close of each, and waits until the ledgers are flat. One that is refused stops no other. */
export async function closeAll(
  open: readonly PositionView[],
  of: { mesh: MeshClient; reason: string; context: Pick<HooxContext, "now" | "sleep">; note: (text: string) => void },
): Promise<Closing> {
  const { mesh, reason, context } = of;
  const at = context.now().toISOString();
  const asked = new Map<PositionView, Asked>();
  for (const position of open) {
    const { ledger, symbol } = position;
    asked.set(position, await askOnce({ ledger, symbol, key: `close-all ${at} ${ledger} ${symbol}`, reason }, mesh));
  }
  const accepted = open.filter((each) => asked.get(each)?.requestId !== undefined);
  if (accepted.length > 0) of.note(`${accepted.length} accepted; waiting until they are flat, for a minute at most`);
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
  const left = open.filter((each) => !accepted.includes(each) || isOpen.has(each) || !isKnown(each));
  return {
    closed: open.filter((each) => !left.includes(each)).map(({ ledger, symbol }) => ({ ledger, symbol })),
    open: left.map((each) => {
      const { why = "not flat after a minute", requestId } = asked.get(each) ?? {};
      return { ledger: each.ledger, symbol: each.symbol, why, requestId };
    }),
  };
}

type Asked = { requestId?: string; why?: string };

/** Twice when the other side fails: its key makes it one close. */
async function askOnce(
  body: { ledger: string; symbol: string; key: string; reason: string },
  mesh: MeshClient,
): Promise<Asked> {
  const ask = async (): Promise<Asked> => {
    const { requestId } = await mesh.call(opsRoutes.closePosition, { body });
    return { requestId };
  };
  try {
    return await ask().catch((error: unknown) => {
      if (error instanceof CliError && error.passing) return ask();
      throw error;
    });
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function isSame(a: PositionView, b: PositionView): boolean {
  return a.ledger === b.ledger && a.symbol === b.symbol;
}

/**
 * The exchanges that did not answer: they may take an order all the same. Throws for a ledger that is not there, which would
 * look as if nothing was open, and for one that cannot be asked: closing all but that would look like all.
 */
export function unheardExchanges(
  { problems = [], ledgers }: { problems?: readonly string[] | undefined; ledgers?: readonly string[] | undefined },
  asked: string | undefined,
): string[] {
  // The list of ledgers itself may be what could not be asked.
  const all = problems.filter(
    (each) => asked === undefined || !/^(?:ledger|exchange of) [^ ]+: /.test(each) || each.includes(` ${asked}: `),
  );
  const isOfExchange = (each: string): boolean => each.startsWith("exchange of ");
  const unasked = all.filter((each) => !isOfExchange(each));
  if (unasked.length > 0) {
    throw new CliError(3, `not all ledgers can be asked: ${unasked.join("; ")}`, {
      hint: "npx hoox check health; or close those of one ledger with --ledger",
    });
  }
  if (asked !== undefined && ledgers !== undefined && !ledgers.includes(asked))
    throw usageError(`there is no ledger ${asked}`, `there are: ${ledgers.join(", ") || "none"}`);
  return all.filter(isOfExchange);
}
