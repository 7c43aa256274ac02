import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import { requestId } from "#contracts/ids";
import {
  acceptRequest,
  claimRequest,
  confirmRequest,
  deferRequest,
  failRequest,
  reconcileRequest,
  resolveRequest,
  sendingRequest,
  settleRequest,
  type AccountLedgerRpc,
} from "#contracts/ledger";
import { assessRequest, discardRequest, reviveRequest } from "#contracts/revival";
import { createHost } from "./deps.ts";
import type { LedgerHost } from "./ledger-host.ts";

const findRequest = z.object({ v: z.literal(1), requestId });
const cancelRequest = z.object({ v: z.literal(1), reason: z.string().min(1).max(500) });

type Asked<Method extends keyof AccountLedgerRpc> = Parameters<AccountLedgerRpc[Method]>[0];
type Answer<Method extends keyof AccountLedgerRpc> = ReturnType<AccountLedgerRpc[Method]>;

/** The border: requests are checked here, everything else is in {@link LedgerHost}. */
export class AccountLedger extends DurableObject<object> implements AccountLedgerRpc {
  readonly #host: LedgerHost;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#host = createHost(ctx, env);
  }

  async accept(request: Asked<"accept">): Answer<"accept"> {
    return this.#host.accept(acceptRequest.parse(request));
  }
  async claim(request: Asked<"claim">): Answer<"claim"> {
    return this.#host.claim(claimRequest.parse(request));
  }
  async sending(request: Asked<"sending">): Answer<"sending"> {
    return this.#host.sending(sendingRequest.parse(request));
  }
  async settle(request: Asked<"settle">): Answer<"settle"> {
    return this.#host.settle(settleRequest.parse(request));
  }
  async defer(request: Asked<"defer">): Answer<"defer"> {
    return this.#host.defer(deferRequest.parse(request));
  }
  async fail(request: Asked<"fail">): Answer<"fail"> {
    return this.#host.fail(failRequest.parse(request));
  }
  async confirm(request: Asked<"confirm">): Answer<"confirm"> {
    return this.#host.confirm(confirmRequest.parse(request));
  }
  async unconfirmed(request: Asked<"unconfirmed">): Answer<"unconfirmed"> {
    return this.#host.unconfirmed(confirmRequest.parse(request));
  }
  async status(): Answer<"status"> {
    return this.#host.status();
  }
  async backlog(): Answer<"backlog"> {
    return this.#host.backlog();
  }
  async lanes(): Answer<"lanes"> {
    return this.#host.lanes();
  }
  async find(request: Asked<"find">): Answer<"find"> {
    return this.#host.find(findRequest.parse(request));
  }
  async cancelEntries(request: Asked<"cancelEntries">): Answer<"cancelEntries"> {
    return this.#host.cancelEntries(cancelRequest.parse(request));
  }
  async resolve(request: Asked<"resolve">): Answer<"resolve"> {
    return this.#host.resolve(resolveRequest.parse(request));
  }
  async reconcile(request: Asked<"reconcile">): Answer<"reconcile"> {
    return this.#host.reconcile(reconcileRequest.parse(request));
  }
  async assess(request: Asked<"assess">): Answer<"assess"> {
    return this.#host.assess(assessRequest.parse(request));
  }
  async revive(request: Asked<"revive">): Answer<"revive"> {
    return this.#host.revive(reviveRequest.parse(request));
  }
  async discard(request: Asked<"discard">): Answer<"discard"> {
    return this.#host.discard(discardRequest.parse(request));
  }
  async poke(): Promise<void> {
    await this.#host.poke();
  }
  override async alarm(): Promise<void> {
    await this.#host.alarm();
  }
}
