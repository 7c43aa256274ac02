import { partsOf } from "#contracts/ids";
import { opsRoutes } from "#contracts/routes/ops";
import type { StrategySettings } from "#contracts/strategy";
import { CliError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";
import { mayOpenAgain, sized } from "./output/positions.ts";

type Place = Pick<StrategySettings, "account" | "venue">;

/**
 * Lines about what is open where a strategy traded until now, and about what may still open something there; empty for one
 * that does not move. A ledger knows no strategies: what another one opened there is named, too.
 */
export async function leftBehind(before: Place, after: Place, mesh: MeshClient): Promise<string[]> {
  const moved = (["account", "venue"] as const).filter((part) => before[part] !== after[part]);
  if (moved.length === 0) return [];
  const reply = await mesh.call(opsRoutes.positions, { query: { entries: "open" } }).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    return { positions: [], entries: [], problems: [error.message] };
  });
  const unasked = (reply.problems ?? []).map((problem) => `warning: what is open there is not known: ${problem}`);
  const isLeft = ({ ledger }: { ledger: string }): boolean => {
    const at = partsOf(ledger);
    return (
      (before.account ?? at.account) === at.account &&
      (before.venue ?? at.venue) === at.venue &&
      moved.some((part) => after[part] !== at[part])
    );
  };
  const open = reply.positions.filter((each) => each.quantity !== "0" && isLeft(each));
  const entries = (reply.entries ?? []).filter(isLeft);
  if (open.length === 0 && entries.length === 0) return unasked;
  const goal = `${after.account ?? "the gateway's account"}:${after.venue ?? "the gateway's venue"}`;
  return [
    `warning: its closing alerts go to ${goal} from then on, and those that name another place are refused. Open where it traded:`,
    ...open.map(({ ledger, symbol, quantity }) => `  ${ledger} ${symbol}: ${sized(quantity)}`),
    ...mayOpenAgain(entries).map((line) => `  ${line}`),
    ...[...new Set(open.map(({ ledger }) => ledger))].map(
      (ledger) => `close it first: npx hoox positions close-all --ledger ${ledger}`,
    ),
    ...unasked,
  ];
}
