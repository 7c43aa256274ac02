import type { LedgerName } from "#contracts/ids";
import type { Log } from "#runtime/log";
import type { Notification } from "./digest.ts";

export interface UnconfirmedDeps {
  /** Those of the ids that the ledger still waits for. */
  unconfirmed: (ledger: LedgerName, ids: readonly string[]) => Promise<readonly string[]>;
  log: Log;
}

/** Distinct messages, oldest first, without those that a ledger knows to be done. */
export async function withoutConfirmed(
  messages: readonly Notification[],
  deps: UnconfirmedDeps,
): Promise<Notification[]> {
  const distinct = [...new Map(messages.map((message) => [message.id, message])).values()];
  const done = new Set<string>();
  // A replay is wanted whatever the ledger says: it counted the message as done when it was parked for good.
  const firstLives = distinct.filter((message) => message.generation === 0);
  const byLedger = Map.groupBy(firstLives, (message) => message.confirmTo);
  await Promise.all(
    [...byLedger].map(async ([ledger, group]) => {
      if (ledger === undefined) return;
      const ids = group.map((message) => message.id);
      try {
        const open = new Set(await deps.unconfirmed(ledger, ids));
        for (const id of ids) if (!open.has(id)) done.add(id);
      } catch (error) {
        // Twice is better than never.
        const message = `sending without asking ${ledger} what is confirmed: ${String(error)}`;
        deps.log("warn", "ledger.unreachable", message, { ledger, ids });
      }
    }),
  );
  return distinct
    .filter((message) => !done.has(message.id))
    .toSorted((a, b) => a.data.at.getTime() - b.data.at.getTime());
}
