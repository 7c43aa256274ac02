import type { Finding, Invariant } from "./invariant.ts";

/**
 * What a replay says of a letter is so: a sent one was revived by it and has ended anew, any other was not. It goes on
 * to its last letter.
 */
export const replaysTell: Invariant = {
  name: "a replay does what it says",
  check(mesh) {
    const lives = livesOf(mesh.queues.get("records")?.texts ?? []);
    return mesh.replays.flatMap(({ id, items }): Finding[] =>
      items.flatMap(({ requestId, result }) => {
        const revival = mesh.history.revivals.find((each) => each.requestId === requestId && each.replayId === id);
        if (revival && (lives.get(requestId) ?? 0) < revival.generation)
          return [{ expected: `${requestId} ends again, revived by ${id}`, found: "it never did" }];
        const revived = revival !== undefined;
        if (result?.sent === revived) return [];
        const said = result === undefined ? "nothing" : result.sent ? "sent" : (result.verdict ?? "not sent");
        const expected = `${id} says ${revived ? "sent" : "not sent"} of ${requestId}`;
        return [{ expected, found: said }];
      }),
    );
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
