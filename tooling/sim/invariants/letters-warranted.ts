import type { Finding, Invariant } from "./invariant.ts";

/** A dead letter deserves a look: it is unreadable, names what no ledger accepted, failed, or ran out of tries. */
export const lettersWarranted: Invariant = {
  name: "letters are warranted",
  check(mesh) {
    const rows = mesh.database.rows("SELECT id, request_id, queue, type, class, error, body FROM dead_letters");
    return rows.flatMap((row): Finding[] => {
      const requestId = String(row["request_id"]);
      const what = `${String(row["class"])} ${String(row["error"])} of ${String(row["queue"])}`;
      const stray = mesh.strays.some((id) => String(row["body"]).includes(id));
      if (stray || row["class"] === "unexplained" || row["class"] === "retries_exhausted") return [];
      const unknown = row["error"] === "unknown_signal" && !mesh.history.accepted.has(requestId);
      const signal = mesh.database.rows("SELECT outcome FROM signals WHERE request_id = ?", requestId)[0];
      const failed = row["class"] === "bug" && signal?.["outcome"] === "failed";
      return unknown || failed ? [] : [{ expected: `a reason for the letter about ${requestId}`, found: what }];
    });
  },
};
