import { letterRoutes } from "#contracts/routes/dead-letters";
import { reasonOf } from "../within.ts";
import type { JobRow } from "./schema.ts";
import { MAX_SLICE, type TurnPorts } from "./turn.ts";

const AGAIN_MS = 5_000;
/** How often the letters of an ended job are looked at; the minute's poke comes as often. */
const LOOK_MS = 50_000;

/** Is something left to do for jobs that have ended? */
export function isLeft({ store, deps }: Pick<TurnPorts, "store" | "deps">): boolean {
  return (store.untidied() ?? store.unsettled(deps.now().getTime() - LOOK_MS)) !== undefined;
}

/** Does it for one job. Answers when to come again, undefined when all is done for now. Never throws. */
export async function seeToEnded(ports: Pick<TurnPorts, "store" | "deps">): Promise<number | undefined> {
  const { store, deps } = ports;
  const now = deps.now().getTime();
  const untidied = store.untidied();
  if (untidied) return giveBack(untidied, ports);
  const unsettled = store.unsettled(now - LOOK_MS);
  if (!unsettled) return undefined;
  await learnFate(unsettled, ports);
  return now;
}

/**
 * What it had taken when it ended is open again. What it had sent without writing that down, too: to send that once
 * more does no harm, and its effect resolves it.
 */
async function giveBack(job: JobRow, { store, deps }: Pick<TurnPorts, "store" | "deps">): Promise<number> {
  const { id: replayId, by, request_id: requestId, state } = job;
  const reason = `the replay was ${state} before it had executed it`;
  // A slice is of the first that are pending.
  const letters = store.pending(job.seq, MAX_SLICE).map(({ id }) => ({ id, reason }));
  try {
    if (letters.length > 0)
      await deps.database.ask(letterRoutes.releaseLetters, { requestId, body: { by, replayId, letters } });
    store.tidied(job.seq);
    return deps.now().getTime();
  } catch (error) {
    const why = `what replay ${replayId} had taken could not be given back: ${reasonOf(error)}`;
    deps.log.for(requestId)("warn", "replay.untidied", why, { replayId });
    return deps.now().getTime() + AGAIN_MS;
  }
}

/** Counts what became of the letters that it had sent; those that it has no longer were lost on their way. */
async function learnFate(job: JobRow, { store, deps }: Pick<TurnPorts, "store" | "deps">): Promise<void> {
  const { resolved, died_again: diedAgain, lost } = job;
  const askedAt = deps.now().getTime();
  try {
    const asking = { requestId: job.request_id, params: { replayId: job.id } };
    const { statuses } = await deps.database.ask(letterRoutes.replayProgress, asking);
    // A letter that another replay took since then is counted there, and here as it was.
    const known = {
      resolved: Math.max(resolved, statuses.resolved ?? 0),
      diedAgain: Math.max(diedAgain, statuses.open ?? 0),
    };
    const underway = statuses.replayed ?? 0;
    const gone = store.sentCount(job.seq) - known.resolved - known.diedAgain - underway;
    store.progress(job.seq, { ...known, lost: Math.max(lost, gone) }, askedAt);
  } catch (error) {
    deps.log.for(job.request_id)("warn", "replay.unsettled", `its letters could not be looked at: ${reasonOf(error)}`);
    store.progress(job.seq, { resolved, diedAgain, lost }, askedAt);
  }
}
