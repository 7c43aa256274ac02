import * as z from "zod";
import { decimal } from "./decimal.ts";
import { legId, requestId } from "./ids.ts";
import { outcome } from "./outcome.ts";
import { instant } from "./time.ts";

/** What a ledger is asked about its dead letters: signals that our own bug kept from being sent. */

const v = z.literal(1);
const reason = z.string().min(1).max(500);
const by = z.string().min(1).max(120);
const replayId = z.string().min(1).max(80);

export const assessRequest = z.object({ v, requestIds: z.array(requestId).max(200) });

export const assessment = z.object({
  requestId,
  /**
   * `parked`: it waits for an operator. `open`: the ledger works on it by itself. `ended`: nothing more will come of it
   * (discarded ones too). `unknown`: it was never accepted here.
   */
  state: z.enum(["parked", "open", "ended", "unknown"]),
  outcome: outcome.optional(),
  /** How it ended, or why it is parked. */
  reason: z.string().optional(),
  lane: z.string().optional(),
  strategy: z.string().optional(),
  acceptedAt: instant.optional(),
  validUntil: instant.optional(),
  filledQuantity: decimal.optional(),
  /** Legs that reached `sending` and are not proven unexecuted. */
  uncertainLegs: z.array(legId),
  /** A signal of the lane that was accepted after it and has settled. */
  supersededBy: requestId.optional(),
  /** Of the trade-worker that worked on it last. */
  parkedVersion: z.string().optional(),
  /** Of the ledger-worker that parked it. */
  ledgerVersion: z.string().optional(),
  /** Number of its revivals; what `revive` and `discard` must name. 0 for an unknown one. */
  generation: z.int().min(0),
  /** The replay whose revival began this generation. */
  revivedBy: replayId.optional(),
});
export type Assessment = z.infer<typeof assessment>;
export const assessReply = z.object({ letters: z.array(assessment) });

/** Why a ledger does not revive a signal: the same words as the verdicts of a plan. */
export const revivalVerdict = z.enum(["DUPLICATE", "UNCERTAIN", "SUPERSEDED", "STALE"]);

export const reviveRequest = z.object({
  v,
  requestId,
  /** Asked again with the same one, the answer is the same and nothing happens twice. */
  replayId,
  /** Of the letter: another one means that somebody was faster. */
  generation: z.int().min(0),
  /** What an operator overrules. With `STALE` its validity starts afresh, as long as it was at first. */
  force: z.array(z.enum(["STALE", "SUPERSEDED"])).max(2),
  reason,
  by,
});
export const reviveReply = z.discriminatedUnion("status", [
  /** It stands at the tail of its lane, as the next generation; the ledger publishes the hints. */
  z.object({ status: z.literal("revived"), seq: z.int().min(1), generation: z.int().min(1) }),
  z.object({ status: z.literal("refused"), verdict: revivalVerdict, reason: z.string() }),
  z.object({ status: z.literal("unknown") }),
]);
export type ReviveReply = z.infer<typeof reviveReply>;

/** Gives a parked signal up for good. */
export const discardRequest = z.object({ v, requestId, generation: z.int().min(0), reason, by });
export const discardReply = z.discriminatedUnion("status", [
  /** Now or before. */
  z.object({ status: z.literal("discarded") }),
  z.object({ status: z.literal("refused"), reason: z.string() }),
  z.object({ status: z.literal("unknown") }),
]);
export type DiscardReply = z.infer<typeof discardReply>;

/** The part of the ledger's RPC that serves them. */
export interface RevivalRpc {
  /** Reads only. The order of the answers is that of the ids. */
  assess(request: z.infer<typeof assessRequest>): Promise<z.infer<typeof assessReply>>;
  revive(request: z.infer<typeof reviveRequest>): Promise<ReviveReply>;
  discard(request: z.infer<typeof discardRequest>): Promise<DiscardReply>;
}
