import { messageId } from "#contracts/ids";
import { causeOf } from "#queues/fingerprint";
import { redact } from "#queues/redact";
import { postLetter } from "./outbox.ts";
import type { SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** Parks a signal that our own bug kept from ever being sent: its hint, with the signal beside it. */
export function packLetterOf(tx: Tx, row: SignalRow, cause: { error: string; reason: string }): void {
  // The same in every generation: a letter that dies again is the same letter.
  const id = messageId({ requestId: row.request_id, type: "signal.hinted", rev: 0 });
  const replay = { generation: row.generation, replayId: row.replay_id ?? undefined };
  const hint = tx.ports.pack.pack(
    "trade-signals",
    "signal.hinted",
    { ledger: tx.ledger, purpose: "execute" },
    { id, requestId: row.request_id, ...replay, occurredAt: new Date(row.accepted_at) },
  );
  const reason = redact(cause.reason).slice(0, 2_000);
  postLetter(
    tx,
    {
      messageId: id,
      originQueue: "trade-signals",
      type: "signal.hinted",
      class: "bug",
      error: cause.error,
      reason,
      fingerprint: shortHash(causeOf("bug", cause.error, reason)),
      attempts: row.attempts,
      firstSeenAt: new Date(row.accepted_at),
      parkedAt: tx.at,
      parkedBy: "ledger-worker",
      workerVersion: tx.config.workerVersion,
      generation: row.generation,
      // Storing the letter is all that is wanted of it: then the outbox may forget it.
      final: true,
      body: { ...hint.wire, signal: tx.bodyOf(row) },
    },
    { requestId: row.request_id, ...replay },
  );
}

/** 64 bits of FNV-1a: a digest of the platform would be asynchronous, and a commit is not. */
function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}
