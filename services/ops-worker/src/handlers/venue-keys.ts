import { findingsOf, type KeyHealth } from "#contracts/key-health";
import { partsOf } from "#contracts/ids";
import { tradeRoutes } from "#contracts/routes/trade";
import { mintRequestId } from "#runtime/request-id";
import type { OpsHandlers } from "../call.ts";
import { claim } from "../claims.ts";
import type { OpsDeps } from "../deps.ts";
import { reasonOf, within } from "../within.ts";

const TIMEOUT_MS = 10_000;
/** The hour of UTC after which the chat hears of what is wrong. */
const TOLD_FROM_HOUR = 6;

interface AccountKey {
  ledger: string;
  health: KeyHealth;
}

/** Of every ledger that the kill switch knows, but for those at the paper venue. */
export const listVenueKeys: OpsHandlers["venueKeys"] = async ({ requestId }, deps) => {
  try {
    return { keys: await keysOf(requestId, deps) };
  } catch (error) {
    return { keys: [], problems: [`list of ledgers: ${reasonOf(error)}`] };
  }
};

/** Once a day: a key that stops to trade is noticed by nobody until an order is refused. */
export async function tellKeys(
  at: Date,
  deps: Pick<OpsDeps, "killSwitch" | "trade" | "database" | "producer" | "log" | "claimed" | "timeoutMs">,
): Promise<void> {
  if (at.getUTCHours() < TOLD_FROM_HOUR) return;
  const id = `venue-keys/${at.toISOString().slice(0, 10)}`;
  const requestId = mintRequestId();
  if ((await claim([id], { at, requestId }, deps)).length === 0) return;
  const found = (await keysOf(requestId, deps)).flatMap(({ ledger, health }) =>
    findingsOf(health, at).map((each) => ({ ledger, ...each })),
  );
  if (found.length === 0) return;
  const severity = found.some(({ level }) => level === "critical") ? ("critical" as const) : ("warning" as const);
  const details = [
    ...found.slice(0, 18).map(({ ledger, what }) => ({ label: ledger.slice(0, 40), value: what.slice(0, 500) })),
    { label: "Next", value: "npx hoox check keys" },
  ];
  const notification = { severity, title: "Look after the keys of your exchanges", details, at };
  await deps.producer.send("notifications", "notification.requested", notification, { requestId, id });
}

async function keysOf(
  requestId: string,
  deps: Pick<OpsDeps, "killSwitch" | "trade" | "timeoutMs">,
): Promise<AccountKey[]> {
  const names = await within(deps.timeoutMs, "the list of ledgers", deps.killSwitch().ledgers());
  const live = names.filter((name) => !name.endsWith(":paper")).toSorted();
  return Promise.all(live.map(async (ledger) => ({ ledger, health: await healthOf(ledger, requestId, deps) })));
}

async function healthOf(ledger: string, requestId: string, { trade }: Pick<OpsDeps, "trade">): Promise<KeyHealth> {
  try {
    const body = tradeRoutes.keyHealth.body.parse(partsOf(ledger));
    return (await trade.ask(tradeRoutes.keyHealth, { requestId, body, timeoutMs: TIMEOUT_MS })).health;
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}
