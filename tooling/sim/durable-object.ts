import { Isolate } from "./process.ts";
import type { Invocation, World } from "./world.ts";

/** The platform tries an alarm that failed again, 2 s doubling, this many times; then it is gone. */
const ALARM_RETRIES = 6;

/** What the code of a Durable Object gets from the platform; its database outlives every crash. */
export interface AlarmPort {
  /** Sets or replaces the one alarm; `undefined` deletes it. */
  set(at: Date | undefined): void;
  get(): Date | undefined;
}

/**
 * One Durable Object: calls are invocations of one isolate that dies as a whole and is built again over
 * the same storage.
 */
export class SimObject<Host> {
  readonly name: string;
  readonly #world: World;
  readonly #isolate: Isolate<Host>;
  readonly #ring: (host: Host) => Promise<void>;
  #alarm: { at: number; retries: number; planned: { cancel(): void } } | undefined;

  constructor(
    world: World,
    of: {
      name: string;
      skewMs?: number;
      build: (alarm: AlarmPort) => Host;
      alarm?: (host: Host) => Promise<void>;
    },
  ) {
    this.name = of.name;
    this.#world = world;
    this.#ring = of.alarm ?? (async () => undefined);
    const skewMs = of.skewMs ?? 0;
    const alarm: AlarmPort = {
      set: (at) => this.#setAlarm(at === undefined ? undefined : at.getTime() - skewMs, 0),
      get: () => (this.#alarm === undefined ? undefined : new Date(this.#alarm.at + skewMs)),
    };
    this.#isolate = new Isolate({ name: of.name, diesWhole: true, skewMs, build: () => of.build(alarm) });
  }

  /** When the alarm is due; undefined when none is set. */
  get alarmAt(): number | undefined {
    return this.#alarm?.at;
  }

  /** The object as it stands, for invariants: no step, no fault. */
  get host(): Host {
    return this.#isolate.state;
  }

  /** Evicted or crashed: everything under way dies, the storage stays. */
  reset(why: string): void {
    this.#isolate.reset(why);
  }

  /** An RPC from whoever runs. `step` names it for faults and latency. */
  call<T>(
    step: string,
    method: string,
    run: (host: Host) => Promise<T>,
    of: { about?: string; detail?: () => string } = {},
  ): Promise<T> {
    return this.#world.step(
      step,
      () => {
        if (this.#isolate.processes.size === 0 && this.#world.happens("object_evicted", this.name))
          this.#isolate.reset("evicted");
        return this.#invoke(method, run).answer;
      },
      of,
    );
  }

  #invoke<T>(method: string, run: (host: Host) => Promise<T>): Invocation<T> {
    return this.#world.invoke(this.#isolate, `${this.name}.${method}`, async () => run(this.#isolate.state));
  }

  #setAlarm(at: number | undefined, retries: number): void {
    this.#alarm?.planned.cancel();
    this.#alarm = undefined;
    if (at === undefined) return;
    this.#world.log(() => `${this.name}: alarm in ${at - this.#world.milliseconds} ms`);
    // Not a reason to go on: an alarm that is due keeps its ledger busy by what it is set for.
    const late = this.#world.happens("alarm_late", this.name)?.integer(1_000, 180_000) ?? 0;
    const planned = this.#world.plan(at + late - this.#world.milliseconds, () => this.#fire(at, retries), {
      background: true,
    });
    this.#alarm = { at, retries, planned };
  }

  #fire(at: number, retries: number): void {
    // As on the platform, the alarm is gone before its handler runs.
    this.#alarm = undefined;
    if (this.#world.happens("alarm_lost", this.name)) return;
    const { process, over, answer } = this.#invoke("alarm", (host) => this.#ring(host));
    answer.catch((error: unknown) => {
      if (!(error instanceof Error && error.name === "Died"))
        this.#world.accidents.push(`${this.name}.alarm threw: ${String(error)}`);
    });
    if (this.#world.happens("alarm_crash", this.name)) this.#world.crash(process, "alarm");
    void (async () => {
      const how = await over;
      if (how === "done" || this.#alarm !== undefined || retries >= ALARM_RETRIES) return;
      this.#setAlarm(Math.max(at, this.#world.milliseconds) + 2_000 * 2 ** retries, retries + 1);
    })();
  }
}
