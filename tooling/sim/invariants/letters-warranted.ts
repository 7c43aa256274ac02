import type { Finding, Invariant } from "./invariant.ts";

/** A dead letter deserves a look: it is unreadable, names what no ledger accepted, failed, or ran out of tries. */
export const lettersWarranted: Invariant = {
  name: "letters are warranted",
  check(mesh) {
    const parked = parkedSignals(mesh.queues.get("records")?.texts ?? []);
    const rows = mesh.database.rows("SELECT id, request_id, queue, type, class, error, body FROM dead_letters");
    return rows.flatMap((row): Finding[] => {
      const requestId = String(row["request_id"]);
      const what = `${String(row["class"])} ${String(row["error"])} of ${String(row["queue"])}`;
      const stray = mesh.strays.some((id) => String(row["body"]).includes(id));
      if (stray || row["class"] === "unexplained" || row["class"] === "retries_exhausted") return [];
      const unknown = row["error"] === "unknown_signal" && !mesh.history.accepted.has(requestId);
      const failed = row["class"] === "bug" && parked.has(requestId);
      return unknown || failed ? [] : [{ expected: `a reason for the letter about ${requestId}`, found: what }];
    });
  },
};

/** Those that a ledger said to have parked, once or more often. */
function parkedSignals(texts: Iterable<string>): Set<string> {
  const settled = [...texts].filter((text) => text.includes('"parked":true'));
  return new Set(settled.map((text) => String(JSON.parse(text).json.requestId)));
}
