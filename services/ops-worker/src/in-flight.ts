import type * as z from "zod";
import type { opsRoutes } from "#contracts/routes/ops";
import type { OpsDeps } from "./deps.ts";
import { askLedgers } from "./ledgers.ts";

export type InFlight = z.infer<typeof opsRoutes.killSwitch.reply>["inFlight"];

/** Legs that were sent or are in doubt: what a switch that is on can no longer stop. */
export async function inFlight(
  deps: Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs">,
): Promise<{ legs: InFlight; problems: string[] }> {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.lanes());
  const legs = answers.flatMap(({ ledger, answer }) =>
    answer
      .flatMap((lane) => lane.signals)
      .flatMap(({ requestId, legs: all }) =>
        all
          .filter((leg) => leg.status === "sending" || leg.status === "in_doubt")
          .map(({ clientOrderId }) => ({ ledger, requestId, clientOrderId })),
      ),
  );
  return { legs, problems };
}
