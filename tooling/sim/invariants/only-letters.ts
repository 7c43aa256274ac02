import type { Finding, Invariant } from "./invariant.ts";

/** Only a parked signal is revived, none that may have been executed, and it goes to the tail of its lane. */
export const onlyLetters: Invariant = {
  name: "only dead letters are revived",
  check(mesh) {
    const { accepted, revivals } = mesh.history;
    return revivals.flatMap(({ requestId, replayId, state, sentLegs, seq }, index): Finding[] => {
      const what = `${replayId} revives ${requestId}`;
      const { lane } = accepted.get(requestId) ?? {};
      const before = revivals
        .slice(0, index)
        .filter((each) => accepted.get(each.requestId)?.lane === lane)
        .map((each) => each.seq);
      const last = Math.max(accepted.get(requestId)?.seq ?? 0, ...before);
      return [
        ...(state === "parked" ? [] : [{ expected: `${what} only while it is parked`, found: state }]),
        ...(sentLegs.length === 0 ? [] : [{ expected: `${what} unsent`, found: `${sentLegs.join()} was sent` }]),
        ...(seq > last ? [] : [{ expected: `${what} behind number ${last} of its lane`, found: `as number ${seq}` }]),
      ];
    });
  },
};
