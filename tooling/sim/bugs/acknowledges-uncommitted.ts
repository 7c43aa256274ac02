import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the gateway acknowledges an alert that no ledger took",
  foundBy: "ends once and recorded",
  seed: 13,
  edits: [
    {
      in: "services/hoox/src/webhook/accept.ts",
      from: "      throw unavailable(await diagnosed(health, ports), cause);",
      to: `      void (await diagnosed(health, ports));
      void cause;
      return { status: "accepted", requestId: request.signal.requestId, seq: 1, hint: false };`,
    },
  ],
};
