import { isQueueName } from "#queues/registry";
import type { Finding, Invariant } from "./invariant.ts";

/**
 * What a replay says of a letter is so: a sent signal was revived by it and has ended anew, another sent message went
 * out in its next life, and what was skipped was not executed. It goes on to its last letter.
 */
export const replaysTell: Invariant = {
  name: "a replay does what it says",
  check(mesh) {
    const lives = livesOf(mesh.queues.get("records")?.texts ?? []);
    const { revivals } = mesh.history;
    const again = revivals
      .filter(({ requestId, generation }) => (lives.get(requestId) ?? 0) < generation)
      .map(({ requestId, replayId }): Finding => ({
        expected: `${requestId} ends again, revived by ${replayId}`,
        found: "it never did",
      }));
    const revived = (requestId: string, replayId: string): boolean =>
      revivals.some((each) => each.requestId === requestId && each.replayId === replayId);
    const blunt = mesh.bluntReplays.flatMap(({ id, items }) =>
      items.map(({ requestId, result }) => {
        const said = result === undefined ? "nothing" : result.sent ? "sent" : "skipped";
        return { replay: id, letter: requestId, said, did: revived(requestId, id) };
      }),
    );
    const judged = mesh.replays.jobs.flatMap(({ job, items }) =>
      items
        // Of what it gave up, or stopped before, it says that it does not know.
        .filter(({ state }) => state === "sent" || state === "skipped" || job.state === "done")
        .filter(({ state }) => state !== "failed")
        .map((item) => {
          const { id: letter, request_id: requestId, queue, state } = item;
          const texts = mesh.queues.get(isQueueName(queue) ? queue : "records")?.texts ?? new Set<string>();
          const sentAgain = (): boolean =>
            [...texts].some((text) => text.includes(`"replayId":"${job.id}"`) && text.includes(`"id":"${letter}"`));
          const did = queue === "trade-signals" ? revived(requestId, job.id) : sentAgain();
          return { replay: job.id, letter, said: state, did };
        }),
    );
    const told = [...blunt, ...judged]
      .filter(({ said, did }) => (said === "sent") !== did || said === "pending" || said === "nothing")
      .map(({ replay, letter, said, did }): Finding => ({
        expected: `${replay} says ${did ? "sent" : "skipped"} of ${letter}`,
        found: said,
      }));
    return [...again, ...told];
  },
};

/** The last generation in which each revived signal was said to have ended. */
function livesOf(texts: Iterable<string>): Map<string, number> {
  const lives = new Map<string, number>();
  for (const text of texts) {
    if (!text.includes('"type":"signal.settled"')) continue;
    const { requestId, data } = JSON.parse(text).json;
    lives.set(requestId, Math.max(data.generation ?? 0, lives.get(requestId) ?? 0));
  }
  return lives;
}
