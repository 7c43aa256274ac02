import { DurableObject } from "cloudflare:workers";
import type { LogBuffer } from "#runtime/log";
import { sqlOf } from "#runtime/sql";
import { createDeps } from "../deps.ts";
import type { ReplayJobsRpc } from "./ports.ts";
import { createReplayHost, type ReplayHost } from "./replay-host.ts";

type Asked<Method extends keyof ReplayJobsRpc> = Parameters<ReplayJobsRpc[Method]>[0];
type Answer<Method extends keyof ReplayJobsRpc> = ReturnType<ReplayJobsRpc[Method]>;

/** One instance, `global`: so replays outlive terminals, and two of them never run side by side. */
export class ReplayJobs extends DurableObject<object> implements ReplayJobsRpc {
  readonly #host: ReplayHost;
  readonly #buffer: LogBuffer;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const { ops, buffer } = createDeps(env);
    this.#buffer = buffer;
    const { storage } = ctx;
    // Not awaited: storage gathers it with the commit before it, and the answer waits for both.
    const setAlarm = (at: Date | undefined): void => void (at ? storage.setAlarm(at) : storage.deleteAlarm());
    this.#host = createReplayHost({ sql: sqlOf(storage), deps: ops, setAlarm });
  }

  async rememberPlan(request: Asked<"rememberPlan">): Answer<"rememberPlan"> {
    return this.#host.rememberPlan(request);
  }
  async plan(request: Asked<"plan">): Answer<"plan"> {
    return this.#host.plan(request);
  }
  async create(request: Asked<"create">): Answer<"create"> {
    return this.#host.create(request);
  }
  async list(request: Asked<"list">): Answer<"list"> {
    return this.#host.list(request);
  }
  async show(request: Asked<"show">): Answer<"show"> {
    return this.#host.show(request);
  }
  async change(request: Asked<"change">): Answer<"change"> {
    return this.#host.change(request);
  }
  async poke(): Promise<void> {
    await this.#host.poke();
  }
  override async alarm(): Promise<void> {
    await this.#host.alarm();
    await this.#buffer.flush();
  }
}
