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
      const titles = (mesh.telegram.told.get(requestId) ?? []).map(({ title }) => title);
      // Titles begin with the outcome: `Filled: buy …`.
      if (!titles.some((title) => title.toLowerCase().startsWith(signal.outcome ?? ""))) {
        const found = titles.length === 0 ? "no notification" : titles.join("; ");
        findings.push({ expected: `the trader was told that ${requestId} ended as ${signal.outcome}`, found });
      }
    }
    return findings;
  },
};
