import { DurableObject } from "cloudflare:workers";
import { registerLedger, setKillSwitch, type KillSwitchRpc } from "#contracts/kill-switch";
import { sqlOf } from "#runtime/sql";
import { createKillSwitchStore, type KillSwitchStore } from "./kill-switch-store.ts";

/** One instance, `global`. */
export class KillSwitch extends DurableObject<unknown> implements KillSwitchRpc {
  readonly #store: KillSwitchStore;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    this.#store = createKillSwitchStore(sqlOf(ctx.storage), () => new Date());
  }

  async show(): ReturnType<KillSwitchRpc["show"]> {
    return this.#store.show();
  }

  async set(request: Parameters<KillSwitchRpc["set"]>[0]): ReturnType<KillSwitchRpc["set"]> {
    return this.#store.set(setKillSwitch.parse(request));
  }

  async register(request: Parameters<KillSwitchRpc["register"]>[0]): Promise<void> {
    this.#store.register(registerLedger.parse(request).ledger);
  }

  async ledgers(): Promise<string[]> {
    return this.#store.ledgers();
  }
}
