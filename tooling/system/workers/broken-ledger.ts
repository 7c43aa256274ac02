import { DurableObject } from "cloudflare:workers";

/** A ledger-worker whose ledger is deployed but fails, in the way that the var HOW says. */
export class AccountLedger extends DurableObject<{ HOW: "throws" | "hangs" }> {
  async accept(): Promise<never> {
    if (this.env.HOW === "hangs") await new Promise((resolve) => setTimeout(resolve, 600_000));
    throw new Error("internal error; reference = 1234");
  }
}

export class KillSwitch extends DurableObject {
  async ledgers(): Promise<string[]> {
    return [];
  }
}

export default {
  fetch: () => Response.json({ worker: "ledger-worker", status: "ok", version: "broken", dependencies: [] }),
};
