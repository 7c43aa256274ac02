import { AsyncLocalStorage } from "node:async_hooks";
import type { Random } from "../fakes/random.ts";
import type { World } from "./world.ts";

/** Whose code runs: everything that awaits keeps it. The process is absent in the world's own code. */
export interface Running {
  readonly world: World;
  readonly process: Process | undefined;
}

export const running = new AsyncLocalStorage<Running>();

/** The process ended without an answer: what a caller of a crashed Worker or object is told. */
export class Died extends Error {
  override readonly name = "Died";
  /** As the platform marks errors of a Durable Object that was reset. */
  readonly retryable = true;
  readonly remote = true;
}

/**
 * One invocation: a fetch, a queue batch, an RPC, an alarm. When it dies, none of its awaits resolves any
 * more and its timers are gone; what it asked of others still happens.
 */
export class Process {
  readonly id: number;
  readonly name: string;
  readonly isolate: Isolate;
  /** Where its random ids come from, when not from the world. */
  readonly ids: Random | undefined;
  alive = true;
  /** `ctx.waitUntil` of this invocation. */
  background: (work: Promise<unknown>) => void = () => undefined;
  readonly #whenDead: ((why: string) => void)[] = [];

  constructor(of: { id: number; name: string; isolate: Isolate; ids?: Random | undefined }) {
    this.id = of.id;
    this.ids = of.ids;
    this.name = of.name;
    this.isolate = of.isolate;
    of.isolate.processes.add(this);
  }

  onDeath(run: (why: string) => void): void {
    this.#whenDead.push(run);
  }

  /** Its work is over; what still floats is dropped, as the platform does. */
  end(): void {
    this.alive = false;
    this.isolate.processes.delete(this);
  }

  die(why: string): void {
    if (!this.alive) return;
    this.end();
    for (const run of this.#whenDead) run(why);
  }
}

/** The memory that invocations share: a Worker's isolate or a Durable Object. Built when first needed. */
export class Isolate<State = unknown> {
  readonly name: string;
  /** Which Worker or object it is an instance of: the first word of its name. */
  readonly kind: string;
  /** How far its clock is ahead of the world's. */
  readonly skewMs: number;
  /** A Durable Object never loses one invocation alone. */
  readonly diesWhole: boolean;
  readonly processes = new Set<Process>();
  readonly #build: () => State;
  #state: { value: State } | undefined;

  constructor(of: { name: string; diesWhole?: boolean; skewMs?: number; build: () => State }) {
    this.name = of.name;
    this.kind = of.name.split(" ")[0] ?? of.name;
    this.skewMs = of.skewMs ?? 0;
    this.diesWhole = of.diesWhole ?? false;
    this.#build = of.build;
  }

  get state(): State {
    this.#state ??= { value: this.#build() };
    return this.#state.value;
  }

  /** Every invocation dies and the memory is gone. */
  reset(why: string): void {
    this.#state = undefined;
    // Deaths take members out of the set while it is walked; it allows that.
    for (const process of this.processes) process.die(why);
  }
}
