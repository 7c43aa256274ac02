import type { Invariant } from "./invariant.ts";

/** Once a signal has ended as anything but `working`, or as a dead letter, no later revision says otherwise. */
export const oneOutcome: Invariant = {
  name: "one outcome",
  check(mesh) {
    const outcomes = new Map<string, Set<string>>();
    for (const text of mesh.queues.get("records")?.texts ?? []) {
      if (!text.includes('"type":"signal.settled"')) continue;
      const { requestId, data } = JSON.parse(text).json;
      if (data.outcome === "working" || data.parked === true) continue;
      outcomes.set(requestId, (outcomes.get(requestId) ?? new Set()).add(data.outcome));
    }
    return [...outcomes]
      .filter(([, said]) => said.size > 1)
      .map(([requestId, said]) => ({ expected: `${requestId} ends once`, found: [...said].join(", then ") }));
  },
};
