import { findingsOf, unknownOf, type KeyHealth } from "#contracts/key-health";
import { ledgerOf, partsOf } from "#contracts/ids";
import { tradeRoutes } from "#contracts/routes/trade";
import { mintRequestId } from "#runtime/request-id";
import type { OpsHandlers } from "../call.ts";
import { claim } from "../claims.ts";
import type { OpsDeps } from "../deps.ts";
import type { UnknownKeys } from "../watch/sample.ts";
import { reasonOf, within } from "../within.ts";

const TIMEOUT_MS = 10_000;
/** The hour of UTC after which the chat hears of what is wrong. */
const TOLD_FROM_HOUR = 6;

type KeyDeps = Pick<OpsDeps, "killSwitch" | "trade" | "timeoutMs">;

interface AccountKey {
  ledger: string;
  health: KeyHealth;
}

/** Of every account that has a key, and of every ledger that the kill switch knows, but for those at the paper venue. */
export const listVenueKeys: OpsHandlers["venueKeys"] = async ({ requestId }, deps) => {
  const { keys, problems } = await keysOf(requestId, deps);
  return { keys, ...(problems.length === 0 ? {} : { problems }) };
};

/** Of which keys nobody knows what they may do; undefined where nobody knows which keys there are. */
export async function readUnknownKeys(requestId: string, deps: KeyDeps): Promise<UnknownKeys | undefined> {
  const { keys, problems } = await keysOf(requestId, deps);
  if (problems.length > 0) return undefined;
  return keys.flatMap(({ ledger, health }) => {
    const why = unknownOf(health);
    return why === undefined ? [] : [{ ledger, why }];
  });
}

/**
 * Once a day what is wrong: a key that stops to trade is noticed by nobody until an order is refused. What is not known is
 * no news every day, and the monitor tells when that begins.
 */
export async function tellKeys(
  at: Date,
  deps: KeyDeps & Pick<OpsDeps, "database" | "producer" | "log" | "claimed">,
): Promise<void> {
  if (at.getUTCHours() < TOLD_FROM_HOUR) return;
  const id = `venue-keys/${at.toISOString().slice(0, 10)}`;
  const requestId = mintRequestId();
  if ((await claim([id], { at, requestId }, deps)).length === 0) return;
  const { keys, problems } = await keysOf(requestId, deps);
  for (const problem of problems) deps.log.for(requestId)("warn", "keys.unread", problem);
  const found = keys.flatMap(({ ledger, health }) => findingsOf(health, at).map((each) => ({ ledger, ...each })));
  if (found.length === 0) return;
  const severity = found.some(({ level }) => level === "critical") ? ("critical" as const) : ("warning" as const);
  const details = [
    ...found.slice(0, 18).map(({ ledger, what }) => ({ label: ledger.slice(0, 40), value: what.slice(0, 500) })),
    { label: "Next", value: "npx hoox check keys" },
  ];
  const notification = { severity, title: "Look after the keys of your exchanges", details, at };
  await deps.producer.send("notifications", "notification.requested", notification, { requestId, id });
}

async function keysOf(requestId: string, deps: KeyDeps): Promise<{ keys: AccountKey[]; problems: string[] }> {
  const { trade, killSwitch, timeoutMs } = deps;
  const lists = {
    "list of ledgers": within(timeoutMs, "it", killSwitch().ledgers()),
    "list of keys": trade
      .ask(tradeRoutes.keyAccounts, { requestId, timeoutMs: TIMEOUT_MS })
      .then(({ accounts }) => accounts.map(ledgerOf)),
  };
  const problems: string[] = [];
  const names = await Promise.all(
    Object.entries(lists).map(([what, list]) =>
      list.catch((error: unknown): string[] => {
        problems.push(`${what}: ${reasonOf(error)}`);
        return [];
      }),
    ),
  );
  const live = [...new Set(names.flat())].filter((name) => !name.endsWith(":paper")).toSorted();
  const keys = live.map(async (ledger) => ({ ledger, health: await healthOf(ledger, requestId, deps) }));
  return { keys: await Promise.all(keys), problems };
}

async function healthOf(ledger: string, requestId: string, { trade }: Pick<OpsDeps, "trade">): Promise<KeyHealth> {
  try {
    const body = tradeRoutes.keyHealth.body.parse(partsOf(ledger));
    return (await trade.ask(tradeRoutes.keyHealth, { requestId, body, timeoutMs: TIMEOUT_MS })).health;
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}
