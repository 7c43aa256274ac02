import * as z from "zod";
import { parseSetting } from "#runtime/setting";

const count = z.int().min(1);

/** How careful a replay is; REPLAY_SETTINGS may change each of them. */
export const replaySettings = z.strictObject({
  /** How long the first letters, and the last, are waited for. */
  canaryWaitMs: count.default(20_000),
  /** While a queue has more messages than this, a replay into it waits. */
  maxBacklog: count.default(100),
  /** And while its oldest message is older than this. */
  maxAgeMs: count.default(10_000),
  /** How often a letter whose ledger or queue does not answer is tried. */
  maxTries: count.default(5),
  /** How often the fate of sent letters is looked at. */
  progressEveryMs: count.default(1_000),
  /** A letter of which nothing was heard for so long is open again. */
  lostAfterMs: count.default(3_600_000),
});
export type ReplaySettings = z.infer<typeof replaySettings>;

/** Reads the variable REPLAY_SETTINGS. Throws an Error that says what is wrong with it. */
export function parseReplaySettings(text: string): ReplaySettings {
  return parseSetting("REPLAY_SETTINGS", text, replaySettings);
}
