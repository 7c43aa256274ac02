import { Agenda } from "./agenda.ts";
import { Coverage } from "./coverage.ts";
import { STALL_MS, type FaultKind, type ThingFault } from "./faults.ts";
import type { VirtualTimer } from "./globals.ts";
import { wayOf } from "./latency.ts";
import { errorOf, type Outage } from "./outages.ts";
import { Died, Process, running, type Isolate } from "./process.ts";
import { Dice, hash, Random } from "../fakes/random.ts";
import { Weather } from "./weather.ts";

/** The platform cancels what runs in `waitUntil` this long after the answer. */
const AFTER_ANSWER_MS = 30_000;
/** A queue consumer may take this long. */
const INVOCATION_MS = 15 * 60_000;
/** Runaway guard: an honest seed has some thousand events. */
const MAX_EVENTS = 400_000;
/** Of an overloaded database, this share of calls is refused. */
const OVERLOADED = 0.8;
const SLOW_MS = { from: 300, to: 6_000 } as const;
/** When every world begins. */
export const EPOCH = Date.parse("2026-11-02T08:00:00.000Z");

export type Background = (work: Promise<unknown>) => void;

export interface Invocation<T> {
  readonly process: Process;
  /** Fails with {@link Died} when the process dies before it answers. */
  readonly answer: Promise<T>;
  /** The answer and everything in `waitUntil` is over; false when it died. Never fails. */
  readonly over: Promise<"done" | "failed" | "died">;
}

export interface WorldOptions {
  readonly seed: number;
  readonly trace?: boolean;
  /** Multiplies every chance of a fault. */
  readonly storm?: number;
  /** Only these faults happen, by their names; absent: all that the seed draws. */
  readonly keep?: ReadonlySet<string> | undefined;
}

interface StepOptions {
  /** Which alert it is about, as far as it is known. */
  readonly about?: string;
  readonly detail?: () => string;
}

/** Virtual time, one thread, one source of chance: what the simulated mesh lives in. */
export class World {
  readonly seed: number;
  /** For ids and jitter inside the code under test. */
  readonly ids: Random;
  readonly trace: string[] | undefined;
  readonly coverage = new Coverage();
  /** Names of the faults that happened, in order: `kind@step@about@count`. */
  readonly faults: string[] = [];
  /** How often each event stood in the Workers' logs. */
  readonly seen = new Map<string, number>();
  readonly latency: Random;
  /** What the alerts are called, by the ids that were minted for them. */
  readonly labels = new Map<string, string>();
  /** Log lines go to the database. */
  linesTravel = true;
  faultsOn = true;
  outages: readonly Outage[] = [];
  events = 0;
  readonly #agenda = new Agenda();
  readonly #weather: Weather;
  readonly #keep: ReadonlySet<string> | undefined;
  readonly #occasions = new Map<string, { count: number; readonly hash: number }>();
  #now = EPOCH;
  #processes = 0;
  /** Where uncaught errors of processes go: they are findings. */
  readonly accidents: string[] = [];

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    const random = new Random(options.seed, "world");
    this.ids = random.stream("ids");
    this.latency = random.stream("latency");
    this.#weather = new Weather(random.stream("weights"), { seed: options.seed, storm: options.storm ?? 1 });
    this.#keep = options.keep;
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
    this.saw(/"event":"([^"]+)"/.exec(line)?.[1] ?? "?");
    this.log(() => `  log ${readable(line)}`);
  }

  saw(event: string): void {
    this.seen.set(event, (this.seen.get(event) ?? 0) + 1);
  }

  /** Whether anybody reads log lines here: the trace does. */
  get linesMatter(): boolean {
    return this.linesTravel || this.trace !== undefined;
  }

  /** `crypto.randomUUID` of whoever runs. The ids of a process that answers an alert are called after the alert. */
  newId(): string {
    const ids = running.getStore()?.process?.ids;
    if (ids === undefined) return this.ids.uuid();
    const id = ids.uuid();
    this.labels.set(id, ids.label);
    return id;
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
      else if (!process.alive) return;
      else if (this.happens("pause_crash", process.isolate.kind)) this.crash(process, "a timer");
      else running.run({ world: this, process }, run);
    });
    process?.onDeath(() => planned.cancel());
    return { virtual: true, cancel: planned.cancel };
  }

  /** Whether something goes wrong here; if so, the dice that say how much. Drawn from the seed and counted. */
  happens(fault: ThingFault, where: string, about = ""): Dice | undefined {
    if (!this.faultsOn) return undefined;
    const probability = this.#weather.thing(fault);
    if (probability === 0) return undefined;
    const { dice, count } = this.#occasion(`${fault}@${where}@${about}`);
    if (!dice.chance(probability)) return undefined;
    if (!this.#let(`${fault}@${where}@${about}@${count}`)) return undefined;
    this.coverage.happened(fault, where);
    return dice;
  }

  /**
   * The one door to everybody else. Takes its time before and after the effect and may fail, crash the
   * caller, stall or never answer on either side of it. The effect runs in the world, not in the caller.
   */
  step<T>(name: string, effect: () => T | Promise<T>, of: StepOptions = {}): Promise<T> {
    const caller = running.getStore()?.process;
    const { about = "", detail } = of;
    return new Promise<T>((resolve, reject) => {
      if (caller !== undefined && !caller.alive) return;
      const { dice, count } = this.#occasion(`${name}@${about}`);
      const outage = this.#outageOf(name, dice);
      const fault = outage === undefined ? this.#draw(name, about, count, caller, dice) : undefined;
      const shown = outage?.how ?? fault;
      this.log(() => `→ ${name}${detail ? ` ${detail()}` : ""}${shown ? `  [${shown}]` : ""}`);
      const back = (deliver: () => void): void => {
        if (caller === undefined || caller.alive) deliver();
      };
      const way = outage?.how === "slow" ? SLOW_MS : wayOf(name);
      const stall = fault === "stall_before" || fault === "stall_after" ? dice.integer(STALL_MS.from, STALL_MS.to) : 0;
      const before = dice.skewed(way.from, way.to) + (fault === "stall_before" ? stall : 0);
      const after = dice.skewed(way.from, way.to) + (fault === "stall_after" ? stall : 0);
      const wholly = dice.chance(0.2);
      if (outage !== undefined && outage.how !== "slow") {
        this.plan(before, () => back(() => reject(errorOf(outage, name))));
        return;
      }
      if (fault === "hang_before") return;
      if (fault === "crash_before") {
        this.plan(0, () => this.crash(caller, name, { wholly }));
        return;
      }
      if (fault === "error_before") {
        this.plan(before, () => back(() => reject(new Error(`${name}: connection refused`))));
        return;
      }
      const answered = (deliver: () => void): void => {
        if (fault === "hang_after") return;
        this.plan(after, () => {
          if (fault === "crash_after") this.crash(caller, name, { wholly });
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

  /** Starts one invocation in an isolate. `alert` names what it answers. */
  invoke<T>(
    isolate: Isolate,
    name: string,
    run: (background: Background) => Promise<T>,
    of: { alert?: string } = {},
  ): Invocation<T> {
    const ids = of.alert === undefined ? undefined : new Random(this.seed, of.alert);
    const process = new Process({ id: (this.#processes += 1), name, isolate, ids });
    const background: Promise<unknown>[] = [];
    let failed = false;
    const limit = this.#agenda.addLimit(this.#now, INVOCATION_MS, () => process.die("it took 15 minutes"));
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
    const answer = new Promise<T>((resolve, reject) => {
      process.onDeath((why) => {
        this.trace?.push(`${(this.elapsed / 1_000).toFixed(3).padStart(10)}  ${name}#${process.id} † ${why}`);
        reject(new Died(`${name} died: ${why}`));
      });
      work.then(resolve, reject);
    });
    const over = new Promise<"done" | "failed" | "died">((resolve) => {
      process.onDeath(() => {
        this.#agenda.cancel(limit);
        resolve("died");
      });
      const end = (): void => {
        this.#agenda.cancel(limit);
        process.end();
        resolve(failed ? "failed" : "done");
      };
      const answered = async (): Promise<void> => {
        if (!process.alive) return;
        if (background.length === 0) return end();
        // A Durable Object lives as long as it has work.
        const longest = isolate.diesWhole ? INVOCATION_MS : AFTER_ANSWER_MS;
        const tooLong = (): void => process.die("its work took too long after the answer");
        const cut = this.#agenda.addLimit(this.#now, longest, tooLong);
        // What is added while waiting is waited for too.
        for (const each of background) await each;
        this.#agenda.cancel(cut);
        if (process.alive) end();
      };
      work.then(answered, () => {
        failed = true;
        return answered();
      });
    });
    answer.catch(() => undefined);
    return { process, answer, over };
  }

  /** A process dies, and with it its isolate if that is how such isolates die or `wholly` says so. */
  crash(process: Process | undefined, at: string, of: { wholly: boolean } = { wholly: false }): void {
    if (process === undefined || !process.alive) return;
    const why = `crashed at ${at}`;
    if (process.isolate.diesWhole || of.wholly) process.isolate.reset(why);
    else process.die(why);
  }

  /** Runs until `until` says so, nothing is left, or virtual time is up. */
  async run(options: { until: () => boolean; untilMs: number }): Promise<"until" | "empty" | "time"> {
    const nobody = { world: this, process: undefined };
    await settled();
    for (;;) {
      if (options.until()) return "until";
      if (this.#agenda.nextAt > EPOCH + options.untilMs && this.#agenda.nextAt !== Infinity) {
        this.#now = Math.max(this.#now, EPOCH + options.untilMs);
        return "time";
      }
      const event = this.#agenda.take();
      if (event === undefined) return "empty";
      this.events += 1;
      if (this.events > MAX_EVENTS) throw new Error(`more than ${MAX_EVENTS} events: the world spins`);
      this.#now = event.at;
      running.run(nobody, event.run);
      await settled();
    }
  }

  #occasion(what: string): { dice: Dice; count: number } {
    let known = this.#occasions.get(what);
    if (known === undefined) this.#occasions.set(what, (known = { count: 0, hash: hash(what) }));
    const count = (known.count += 1);
    return { dice: new Dice(this.seed, known.hash, count), count };
  }

  #outageOf(name: string, dice: Dice): Outage | undefined {
    if (!this.faultsOn || this.outages.length === 0) return undefined;
    const now = this.elapsed;
    const outage = this.outages.find((each) => name.startsWith(each.steps) && now >= each.from && now < each.to);
    if (outage === undefined || (outage.how === "overloaded" && !dice.chance(OVERLOADED))) return undefined;
    this.coverage.happened(`outage_${outage.how}`, name);
    return outage;
  }

  #draw(name: string, about: string, count: number, caller: Process | undefined, dice: Dice): FaultKind | undefined {
    if (!this.faultsOn || caller === undefined) return undefined;
    const { kind: worker } = caller.isolate;
    const { fault: drawn, chances } = this.#weather.step(worker, name, dice);
    const fault = drawn !== undefined && this.#let(`${drawn}@${name}@${about}@${count}`) ? drawn : undefined;
    this.coverage.took(`${worker} ${name}`, fault, chances);
    return fault;
  }

  /** Whether a drawn fault may happen; notes that it did. */
  #let(fault: string): boolean {
    if (this.#keep !== undefined && !this.#keep.has(fault)) return false;
    this.faults.push(fault);
    return true;
  }
}

/** Everything that can go on without time passing has gone on: ticks run once all promises have. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function readable(line: string): string {
  try {
    const { severity, event, message, requestId } = JSON.parse(line);
    return `${severity} ${event} ${String(requestId ?? "").slice(0, 8)} ${message}`;
  } catch {
    return line;
  }
}
