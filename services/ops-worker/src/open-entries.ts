import type { LedgerName } from "#contracts/ids";
import type { OpenEntry } from "#contracts/routes/ops";
import type { OpsDeps } from "./deps.ts";
import { askLedgers } from "./ledgers.ts";

/** Of the ledgers that can be asked. */
export async function openEntries(deps: Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs">): Promise<OpenEntry[]> {
  const { answers } = await askLedgers(deps, async (ledger) => {
    const [{ workingOrders }, lanes] = await Promise.all([ledger.status(), ledger.lanes()]);
    return { workingOrders, lanes };
  });
  return answers.flatMap(({ ledger, answer }) => [
    ...resting(ledger, answer.workingOrders),
    ...doubtful(ledger, answer.lanes),
  ]);
}

type Asked = ReturnType<OpsDeps["ledger"]>;

function resting(ledger: LedgerName, orders: Awaited<ReturnType<Asked["status"]>>["workingOrders"]): OpenEntry[] {
  return orders.flatMap(({ role, order, requestId }) =>
    role === "entry" && order ? [{ ledger, symbol: order.symbol, requestId, state: "resting", order }] : [],
  );
}

function doubtful(ledger: LedgerName, lanes: Awaited<ReturnType<Asked["lanes"]>>): OpenEntry[] {
  return lanes.flatMap(({ lane, signals }) =>
    signals.flatMap(({ requestId, legs }) =>
      legs
        .filter(({ role, status }) => role === "entry" && (status === "in_doubt" || status === "sending"))
        .map(({ order }): OpenEntry => ({
          ledger,
          symbol: lane.slice(ledger.length + 1),
          requestId,
          state: "in_doubt",
          ...(order ? { order } : {}),
        })),
    ),
  );
}
