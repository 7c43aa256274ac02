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

/**
 * Asks for a close of each, and waits until the ledgers are flat or every close has ended. One that is refused stops no
 * other.
 */
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
  const accepted = open.flatMap((each) => {
    const { requestId } = asked.get(each) ?? {};
    return requestId === undefined ? [] : [{ each, requestId }];
  });
  if (accepted.length > 0) of.note(`${accepted.length} accepted; waiting until they are flat, for a minute at most`);
  const { left } =
    accepted.length === 0
      ? { left: [] }
      : await until(() => look(accepted, mesh), { done: ({ over }) => over, forMs: FOR_MS, everyMs: 500, context });
  const isClosed = (each: PositionView): boolean =>
    asked.get(each)?.requestId !== undefined && !left.some((still) => still.each === each);
  return {
    closed: open.filter(isClosed).map(({ ledger, symbol }) => ({ ledger, symbol })),
    open: await Promise.all(
      open
        .filter((each) => !isClosed(each))
        .map(async (each) => {
          const { requestId, why = await whyOpen(requestId, mesh) } = asked.get(each) ?? {};
          return { ledger: each.ledger, symbol: each.symbol, why, requestId };
        }),
    ),
  };
}

interface Accepted {
  each: PositionView;
  requestId: string;
}

/** Those that are not known to be flat, and whether that is the end of it. */
async function look(
  accepted: readonly Accepted[],
  mesh: MeshClient,
): Promise<{ left: readonly Accepted[]; over: boolean }> {
  try {
    // In this order: of a close that has ended by then the positions tell what came of it.
    const lanes = await mesh.call(opsRoutes.lanes);
    const { positions, problems } = await mesh.call(opsRoutes.positions, { query: {} });
    const waiting = new Set(lanes.lanes.flatMap(({ signals }) => signals.map(({ requestId }) => requestId)));
    // A ledger that does not answer is not flat.
    const isFlat = ({ each }: Accepted): boolean => positions.some((now) => isSame(now, each) && now.quantity === "0");
    const left = accepted.filter((each) => !isFlat(each));
    const isHeard = lanes.problems === undefined && problems === undefined;
    return { left, over: isHeard && left.every(({ requestId }) => !waiting.has(requestId)) };
  } catch (error) {
    // The closes are on their way whether somebody looks or not.
    if (error instanceof CliError && error.passing) return { left: accepted, over: false };
    throw error;
  }
}

/** What its ledger says of a close after which something is open. */
async function whyOpen(requestId: string | undefined, mesh: MeshClient): Promise<string> {
  const trace =
    requestId === undefined
      ? undefined
      : await mesh.call(opsRoutes.trace, { params: { requestId } }).catch(() => undefined);
  const { outcome, reason } = trace?.ledger?.signal ?? {};
  const so = outcome ?? "not flat after a minute";
  return reason === undefined ? so : `${so}: ${reason}`;
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
