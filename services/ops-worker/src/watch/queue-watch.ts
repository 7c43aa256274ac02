import { DurableObject } from "cloudflare:workers";
import { sqlOf } from "#runtime/sql";
import type { QueueWatchRpc } from "./ports.ts";
import { createWatchHost } from "./watch-host.ts";

type Asked<Method extends keyof QueueWatchRpc> = Parameters<QueueWatchRpc[Method]>[0];
type Answer<Method extends keyof QueueWatchRpc> = ReturnType<QueueWatchRpc[Method]>;

/** One instance, `global`: an alert that is open stays so, whichever isolate looks next. */
export class QueueWatch extends DurableObject<object> implements QueueWatchRpc {
  readonly #host: QueueWatchRpc;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#host = createWatchHost(sqlOf(ctx.storage));
  }

  async observe(request: Asked<"observe">): Answer<"observe"> {
    return this.#host.observe(request);
  }
  async told(request: Asked<"told">): Answer<"told"> {
    return this.#host.told(request);
  }
  async view(request: Asked<"view">): Answer<"view"> {
    return this.#host.view(request);
  }
}
