import type { Accepted, Permit } from "../history.ts";
import type { Invariant } from "./invariant.ts";

/**
 * Within a lane, signals are first permitted to send in order of acceptance, a revived one at the tail of its moment.
 * Only an exit may pass, and only while an older signal of the lane is in doubt.
 */
export const laneOrder: Invariant = {
  name: "order within a lane",
  check(mesh) {
    const { accepted, permits } = mesh.history;
    const first = new Map<string, { signal: Accepted; permit: Permit; position: number }>();
    permits.forEach((permit, position) => {
      const signal = accepted.get(permit.requestId);
      const follows = permit.role === "entry" || permit.role === "close";
      const life = `${permit.requestId} ${permit.generation}`;
      if (signal === undefined || !follows || first.has(life)) return;
      first.set(life, { signal, permit, position });
    });
    const lanes = Map.groupBy(first.values(), (each) => each.signal.lane);
    return [...lanes.values()].flatMap((sends) =>
      sends.flatMap((later) =>
        sends
          .filter((earlier) => earlier.permit.seq < later.permit.seq && earlier.position > later.position)
          .filter(() => !(later.signal.exit && later.permit.inDoubt.length > 0))
          .map((earlier) => ({
            expected: `${later.signal.lane}: number ${earlier.permit.seq} (${earlier.signal.requestId}) is sent before number ${later.permit.seq}`,
            found: `number ${later.permit.seq} (${later.signal.requestId}) was sent first`,
          })),
      ),
    );
  },
};
