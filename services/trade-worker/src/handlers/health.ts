import type * as z from "zod";
import type { KillSwitchState } from "#contracts/kill-switch";
import type { health } from "#contracts/health";
import { within, type Clock } from "../clock.ts";

export interface HealthDeps {
  /** Stands for ledger-worker, which has the ledgers and the kill switch: without it nothing trades. */
  showKillSwitch: () => Promise<KillSwitchState>;
  version: string;
  clock: Clock;
}

const TIMEOUT_MS = 2_000;

export async function readHealth(deps: HealthDeps): Promise<z.infer<typeof health>> {
  const name = "ledger-worker";
  const failure = await within(
    deps.clock,
    { ms: TIMEOUT_MS, who: name },
    Promise.resolve().then(deps.showKillSwitch),
  ).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return {
    worker: "trade-worker",
    status: failure === undefined ? "ok" : "failing",
    version: deps.version,
    dependencies: [failure === undefined ? { name, status: "ok" } : { name, status: "failing", detail: failure }],
  };
}
