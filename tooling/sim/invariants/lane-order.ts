import type { Accepted } from "../history.ts";
import type { Invariant } from "./invariant.ts";

/**
 * Within a lane, signals are first permitted to send in order of acceptance. Only an exit may pass, and only
 * while an older signal of the lane is in doubt.
 */
export const laneOrder: Invariant = {
  name: "order within a lane",
  check(mesh) {
    const { accepted, permits } = mesh.history;
    const first = new Map<string, { signal: Accepted; position: number; inDoubt: readonly string[] }>();
    permits.forEach((permit, position) => {
      const signal = accepted.get(permit.requestId);
      const follows = permit.role === "entry" || permit.role === "close";
      if (signal === undefined || !follows || first.has(permit.requestId)) return;
      first.set(permit.requestId, { signal, position, inDoubt: permit.inDoubt });
    });
    const lanes = Map.groupBy(first.values(), (each) => each.signal.lane);
    return [...lanes.values()].flatMap((sends) =>
      sends.flatMap((later) =>
        sends
          .filter((earlier) => earlier.signal.seq < later.signal.seq && earlier.position > later.position)
          .filter(() => !(later.signal.exit && later.inDoubt.length > 0))
          .map((earlier) => ({
            expected: `${later.signal.lane}: number ${earlier.signal.seq} (${earlier.signal.requestId}) is sent before number ${later.signal.seq}`,
            found: `number ${later.signal.seq} (${later.signal.requestId}) was sent first`,
          })),
      ),
    );
  },
};
