import { Agenda } from "./agenda.ts";
import { STALL_MS, faultKinds, stepFaults, thingFaults, type FaultKind, type ThingFault } from "./faults.ts";
import type { VirtualTimer } from "./globals.ts";
import { wayOf } from "./latency.ts";
import type { Outage } from "./outages.ts";
import { Died, Process, running, type Isolate } from "./process.ts";
import { Random } from "./random.ts";

/** The platform cancels what runs in `waitUntil` this long after the answer. */
const AFTER_ANSWER_MS = 30_000;
/** A queue consumer may take this long. */
const INVOCATION_MS = 15 * 60_000;
/** Runaway guard: an honest seed has some thousand events. */
const MAX_EVENTS = 400_000;
const EPOCH = Date.parse("2026-11-02T08:00:00.000Z");

export type Background = (work: Promise<unknown>) => void;

export interface Invocation<T> {
  readonly process: Process;
  /** Fails with {@link Died} when the process dies before it answers. */
  readonly answer: Promise<T>;
  /** The answer and everything in `waitUntil` is over; false when it died. Never fails. */
  readonly over: Promise<"done" | "failed" | "died">;
}

/** Virtual time, one thread, one source of chance: what the simulated mesh lives in. */
export class World {
  readonly seed: number;
  /** For ids and jitter inside the code under test. */
  readonly ids: Random;
  readonly trace: string[] | undefined;
  /** How often each fault happened: `kind step`. */
  readonly injected = new Map<string, number>();
  /** How often each event stood in the Workers' logs. */
  readonly seen = new Map<string, number>();
  readonly latency: Random;
  faultsOn = true;
  outages: readonly Outage[] = [];
  events = 0;
  readonly #agenda = new Agenda();
  readonly #faults: Random;
  readonly #weights: ReadonlyMap<string, number>;
  #now = EPOCH;
  #processes = 0;
  /** Where uncaught errors of processes go: they are findings. */
  readonly accidents: string[] = [];

  constructor(options: { seed: number; trace?: boolean; storm?: number }) {
    this.seed = options.seed;
    const random = new Random(options.seed, "world");
    this.ids = random.stream("ids");
    this.latency = random.stream("latency");
    this.#faults = random.stream("faults");
    this.#weights = weights(random.stream("weights"), options.storm ?? 1);
    this.trace = options.trace ? [] : undefined;
  }

  get milliseconds(): number {
    return this.#now;
  }

  readonly now = (): Date => new Date(this.#now);

  /** Milliseconds since the world began. */
  get elapsed(): number {
    return this.#now - EPOCH;
  }

  /** Something other than crontabs is still planned. */
  get busy(): boolean {
    return this.#agenda.foreground > 0;
  }

  log(text: () => string): void {
    if (this.trace === undefined) return;
    const process = running.getStore()?.process;
    const who = process === undefined ? "" : `${process.name}#${process.id} `;
    this.trace.push(`${(this.elapsed / 1_000).toFixed(3).padStart(10)}  ${who}${text()}`);
  }

  /** A log line of the code under test: counted by event, shown in the trace. */
  heard(line: string): void {
    const event = /"event":"([^"]+)"/.exec(line)?.[1] ?? "?";
    this.seen.set(event, (this.seen.get(event) ?? 0) + 1);
    this.log(() => `  log ${readable(line)}`);
  }

  /** Plans the world's own doing; a process uses timers and steps. */
  plan(afterMs: number, run: () => void, options: { background?: boolean } = {}): { cancel(): void } {
    const event = this.#agenda.add(this.#now + Math.max(0, Math.round(afterMs)), run, options);
    return { cancel: () => this.#agenda.cancel(event) };
  }

  /** `setTimeout` of whoever runs: it dies with its process. */
  timer(ms: number, run: () => void): VirtualTimer {
    const process = running.getStore()?.process;
    const planned = this.plan(ms, () => {
      if (process === undefined) run();
      else if (process.alive) running.run({ world: this, process }, run);
    });
    process?.onDeath(() => planned.cancel());
    return { virtual: true, cancel: planned.cancel };
  }

  /** Whether something goes wrong here; drawn from the seed and counted. */
  happens(fault: ThingFault, where = ""): boolean {
    const chance = thingFaults[fault] * (this.#weights.get(fault) ?? 1);
    if (!this.faultsOn || !this.#faults.chance(chance)) return false;
    this.#count(fault, where);
    return true;
  }

  /**
   * The one door to everybody else. Takes its time before and after the effect and may fail, crash the
   * caller or stall on either side of it. The effect runs in the world, not in the caller.
   */
  step<T>(name: string, effect: () => T | Promise<T>, detail?: () => string): Promise<T> {
    const caller = running.getStore()?.process;
    return new Promise<T>((resolve, reject) => {
      if (caller !== undefined && !caller.alive) return;
      const fault = this.#draw(name);
      this.log(() => `→ ${name}${detail ? ` ${detail()}` : ""}${fault ? `  [${fault}]` : ""}`);
      const back = (deliver: () => void): void => {
        if (caller === undefined || caller.alive) deliver();
      };
      const way = wayOf(name);
      const before = this.latency.skewed(way.from, way.to) + (fault === "stall_before" ? this.#stall() : 0);
      const after = this.latency.skewed(way.from, way.to) + (fault === "stall_after" ? this.#stall() : 0);
      if (fault === "crash_before") {
        this.plan(0, () => this.crash(caller, name));
        return;
      }
      if (fault === "error_before") {
        this.plan(before, () => back(() => reject(new Error(`${name}: connection refused`))));
        return;
      }
      const answered = (deliver: () => void): void => {
        this.plan(after, () => {
          if (fault === "crash_after") this.crash(caller, name);
          else if (fault === "error_after") back(() => reject(new Error(`${name}: connection lost`)));
          else back(deliver);
        });
      };
      this.plan(before, () => {
        let result: T | Promise<T>;
        try {
          result = effect();
        } catch (error) {
          answered(() => reject(error));
          return;
        }
        if (!(result instanceof Promise)) {
          const value = result;
          answered(() => resolve(value));
          return;
        }
        result.then(
          (value) => answered(() => resolve(value)),
          (error: unknown) => answered(() => reject(error)),
        );
      });
    });
  }

  /** Starts one invocation in an isolate. */
  invoke<T>(isolate: Isolate, name: string, run: (background: Background) => Promise<T>): Invocation<T> {
    const process = new Process({ id: (this.#processes += 1), name, isolate });
    const background: Promise<unknown>[] = [];
    let failed = false;
    const died = new Promise<never>((_, reject) => {
      process.onDeath((why) => {
        this.trace?.push(`${(this.elapsed / 1_000).toFixed(3).padStart(10)}  ${name}#${process.id} † ${why}`);
        reject(new Died(`${name} died: ${why}`));
      });
    });
    died.catch(() => undefined);
    const limit = this.plan(INVOCATION_MS, () => process.die("it took 15 minutes"), { background: true });
    process.background = (more) => {
      background.push(
        more.catch((error: unknown) => {
          failed = true;
          this.accidents.push(`${name}: an error in waitUntil: ${String(error)}`);
        }),
      );
    };
    const work = running.run({ world: this, process }, async () => {
      this.log(() => "started");
      return run(process.background);
    });
    const answer = Promise.race([work, died]);
    const finished = (async (): Promise<"done" | "failed"> => {
      await work.catch(() => {
        failed = true;
      });
      limit.cancel();
      // A Durable Object lives as long as it has work.
      const longest = isolate.diesWhole ? INVOCATION_MS : AFTER_ANSWER_MS;
      const cut = this.plan(longest, () => process.die("its work took too long after the answer"), {
        background: true,
      });
      // What is added while waiting is waited for too.
      for (const each of background) await each;
      cut.cancel();
      return failed ? "failed" : "done";
    })();
    const over = Promise.race([finished, died.catch(() => "died" as const)]);
    void (async () => {
      if ((await over) !== "died") process.end();
      limit.cancel();
    })();
    answer.catch(() => undefined);
    return { process, answer, over };
  }

  /** A process dies, and with it its isolate if that is how such isolates die or chance will have it. */
  crash(process: Process | undefined, at: string): void {
    if (process === undefined || !process.alive) return;
    const why = `crashed at ${at}`;
    if (process.isolate.diesWhole || this.#faults.chance(0.2)) process.isolate.reset(why);
    else process.die(why);
  }

  /** Runs until `until` says so, nothing is left, or virtual time is up. */
  async run(options: { until: () => boolean; untilMs: number }): Promise<"until" | "empty" | "time"> {
    await settled();
    for (;;) {
      if (options.until()) return "until";
      if (this.elapsed > options.untilMs) return "time";
      const event = this.#agenda.take();
      if (event === undefined) return "empty";
      this.events += 1;
      if (this.events > MAX_EVENTS) throw new Error(`more than ${MAX_EVENTS} events: the world spins`);
      this.#now = event.at;
      running.run({ world: this, process: undefined }, event.run);
      await settled();
    }
  }

  #draw(name: string): FaultKind | undefined {
    if (!this.faultsOn) return undefined;
    if (
      this.outages.some((each) => name.startsWith(each.steps) && this.elapsed >= each.from && this.elapsed < each.to)
    ) {
      this.#count("outage", name);
      return "error_before";
    }
    let dice = this.#faults.fraction();
    for (const kind of faultKinds) {
      const row = stepFaults.find((each) => each.kind === kind && name.startsWith(each.steps ?? ""));
      dice -= (row?.chance ?? 0) * (this.#weights.get(kind) ?? 1);
      if (dice < 0) {
        this.#count(kind, name);
        return kind;
      }
    }
    return undefined;
  }

  #stall(): number {
    return this.#faults.integer(STALL_MS.from, STALL_MS.to);
  }

  #count(kind: string, where: string): void {
    const key = where === "" ? kind : `${kind} ${where}`;
    this.injected.set(key, (this.injected.get(key) ?? 0) + 1);
  }
}

/** Every seed has its own weather: some kinds of faults not at all, some three times as often. */
function weights(random: Random, storm: number): Map<string, number> {
  const all = [...faultKinds, ...Object.keys(thingFaults)];
  const calm = random.chance(0.05);
  return new Map(all.map((kind) => [kind, calm ? 0 : random.pick([0, 0.5, 1, 1, 2, 3]) * storm]));
}

const realImmediate = globalThis.setImmediate;
/** Everything that can go on without time passing has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

function readable(line: string): string {
  try {
    const { severity, event, message, requestId } = JSON.parse(line);
    return `${severity} ${event} ${String(requestId ?? "").slice(0, 8)} ${message}`;
  } catch {
    return line;
  }
}
