import { accountPrefix } from "#contracts/account-variable";
import { ledgerOf } from "#contracts/ids";
import { findingsOf } from "#contracts/key-health";
import { opsRoutes } from "#contracts/routes/ops";
import type { StrategySettings } from "#contracts/strategy";
import { CliError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";

type Place = Pick<StrategySettings, "account" | "venue">;

/**
 * Lines about the API key of the account that a strategy moves to, where its alerts would be refused without one that may
 * trade; empty for one that does not move, or to a place that needs none.
 */
export async function keyThere(before: Place, after: Place, of: { mesh: MeshClient; now: Date }): Promise<string[]> {
  const { account, venue } = after;
  if (account === undefined || venue === undefined || venue === "paper") return [];
  if (account === before.account && venue === before.venue) return [];
  const ledger = ledgerOf({ account, venue });
  const asked = await of.mesh.call(opsRoutes.venueKeys).catch((error: unknown) => {
    if (error instanceof CliError) return error;
    throw error;
  });
  if (asked instanceof CliError) return [`warning: whether ${ledger} has a key is not known: ${asked.message}`];
  const health = asked.keys.find((each) => each.ledger === ledger)?.health;
  if (health === undefined || ("problem" in health && health.because === "unused")) {
    const name = accountPrefix({ account, venue });
    return [
      `warning: ${ledger} has no API key: its alerts are refused until you give it one:`,
      `  npx hoox secrets set ${name}_API_KEY`,
      `  npx hoox secrets set ${name}_API_SECRET`,
    ];
  }
  return findingsOf(health, of.now).map(({ what }) => `warning: the API key of ${ledger}: ${what}`);
}
