import { messageId } from "#contracts/ids";
import type { Finding, Invariant } from "./invariant.ts";

/** Every acknowledged alert has one terminal outcome in its ledger, the same in the database, and was told. */
export const endsOnceAndRecorded: Invariant = {
  name: "ends once and recorded",
  async check(mesh) {
    const findings: Finding[] = [];
    const acknowledged = mesh.sender.posts.flatMap(({ alert, answer }) =>
      answer?.status === 202 || answer?.status === 200
        ? [{ name: alert.name, requestId: answer.requestId ?? "nothing" }]
        : [],
    );
    for (const { name, requestId } of acknowledged) {
      if (!mesh.history.accepted.has(requestId)) {
        findings.push({
          expected: `${name} was acknowledged as ${requestId}, so a ledger accepted it`,
          found: "no ledger did",
        });
      }
    }
    const ends = firstEnds(mesh.queues.get("records")?.texts ?? []);
    for (const { requestId, ledger } of mesh.history.accepted.values()) {
      const signal = await mesh.ledger(ledger).find({ v: 1, requestId });
      if (signal?.state !== "ended" || signal.outcome === undefined || signal.outcome === "working") {
        const found = signal === undefined ? "unknown to its ledger" : `${signal.state} ${signal.outcome ?? ""}`;
        findings.push({ expected: `${requestId} has ended in ${ledger}`, found });
        continue;
      }
      const row = mesh.database.rows("SELECT outcome FROM signals WHERE request_id = ?", requestId)[0];
      if (row?.["outcome"] !== signal.outcome) {
        const found = row === undefined ? "no row" : String(row["outcome"]);
        findings.push({ expected: `the database says ${signal.outcome} of ${requestId}, as its ledger does`, found });
      }
      const told = (mesh.telegram.told.get(requestId) ?? []).map(({ id }) => id);
      const rev = ends.get(`${requestId} ${signal.outcome}`) ?? 0;
      // The commit that ends a signal tells the trader with its next revision.
      if (!told.includes(messageId({ requestId, type: "notification.requested", rev: rev + 1 }))) {
        const found = told.length === 0 ? "no notification" : told.join(", ");
        findings.push({ expected: `the trader was told that ${requestId} ended as ${signal.outcome}`, found });
      }
    }
    return findings;
  },
};

/** The revision that first said how a signal ended, by `requestId outcome`. */
function firstEnds(texts: Iterable<string>): Map<string, number> {
  const ends = new Map<string, number>();
  for (const text of texts) {
    if (!text.includes('"type":"signal.settled"')) continue;
    const { requestId, data } = JSON.parse(text).json;
    const key = `${requestId} ${data.outcome}`;
    ends.set(key, Math.min(data.rev, ends.get(key) ?? data.rev));
  }
  return ends;
}
