import { DurableObject } from "cloudflare:workers";
import type { Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { systemClock } from "../../clock.ts";
import { readPaperVariable } from "../../env.ts";
import type { OrderKey } from "../venue.ts";
import type { PaperConfigPatch } from "./config.ts";
import type { PaperVenueRpc } from "./rpc.ts";
import { PaperShell } from "./shell.ts";
import { createSqlStore } from "./sql-store.ts";

/** The paper exchange of one `account:venue`. All behaviour is in the shell and the engine. */
export class PaperVenue extends DurableObject<object> implements PaperVenueRpc {
  readonly #shell: PaperShell;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const store = createSqlStore(ctx.storage);
    this.#shell = new PaperShell({ store, clock: systemClock, variable: readPaperVariable(env) });
  }

  place(order: OrderRequest, of: { signedAt: Date }) {
    return this.#shell.place(order, of);
  }

  find(key: OrderKey) {
    return this.#shell.find(key);
  }

  cancel(key: OrderKey) {
    return this.#shell.cancel(key);
  }

  openOrders(symbol: string) {
    return this.#shell.openOrders(symbol);
  }

  position(symbol: string) {
    return this.#shell.position(symbol);
  }

  equity(symbol: string) {
    return this.#shell.equity(symbol);
  }

  rules(symbol: string) {
    return this.#shell.rules(symbol);
  }

  book() {
    return this.#shell.book();
  }

  setPrice(symbol: string, price: Decimal) {
    return this.#shell.setPrice(symbol, price);
  }

  configure(patch: PaperConfigPatch) {
    return this.#shell.configure(patch);
  }
}
