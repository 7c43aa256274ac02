import { hash } from "node:crypto";
import { PlainHeaders, PlainRequest, PlainResponse } from "./fetch.ts";
import { running, type Running } from "./process.ts";

/**
 * Replaces what makes a run differ from the next: timers, random ids and asynchronous digests. Code that
 * runs in no world (the test runner's) keeps the real ones. Answers the way back; calls may nest.
 */
export function virtualGlobals(): () => void {
  depth += 1;
  if (depth === 1) restore = replaceAll();
  return () => {
    depth -= 1;
    if (depth === 0) restore();
  };
}

let depth = 0;
let restore = (): void => undefined;

function replaceAll(): () => void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const undo = [
    replace(globalThis, "setTimeout", (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
      const here = running.getStore();
      return here === undefined ? real.setTimeout(run, ms, ...args) : here.world.timer(ms, () => run(...args));
    }),
    replace(globalThis, "clearTimeout", (timer: unknown): void => {
      if (isVirtual(timer)) timer.cancel();
      // Whatever is not ours came from the real one.
      else real.clearTimeout(timer as Parameters<typeof real.clearTimeout>[0]);
    }),
    replaceRandom(Math, "random", (here) => here.world.ids.fraction()),
    replaceRandom(crypto, "randomUUID", (here) => here.world.newId()),
    replaceDigest(),
    replaceDate(),
    replaceAbortTimeout(),
    replaceConsole(),
    replaceClass("Headers", PlainHeaders),
    replaceClass("Request", PlainRequest),
    replaceClass("Response", PlainResponse),
    // Nobody reads the stacks of the errors that a seed throws by the hundred.
    replace(Error, "stackTraceLimit", 0),
  ];
  return () => {
    for (const each of undo) each();
  };
}

export interface VirtualTimer {
  readonly virtual: true;
  cancel(): void;
}

function isVirtual(timer: unknown): timer is VirtualTimer {
  return typeof timer === "object" && timer !== null && "virtual" in timer;
}

function replaceRandom<Owner extends object, Key extends keyof Owner & string>(
  owner: Owner,
  key: Key,
  virtual: (here: Running) => unknown,
): () => void {
  const real: unknown = owner[key];
  return replace(owner, key, () => {
    const here = running.getStore();
    if (here !== undefined) return virtual(here);
    return typeof real === "function" ? Reflect.apply(real, owner, []) : undefined;
  });
}

/** The real digest answers from a thread pool, at a moment that nobody can repeat. */
function replaceDigest(): () => void {
  return replace(crypto.subtle, "digest", async (algorithm: string | { name: string }, data: BufferSource) => {
    const name = (typeof algorithm === "string" ? algorithm : algorithm.name).replace("-", "").toLowerCase();
    const bytes =
      data instanceof ArrayBuffer
        ? new Uint8Array(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return Uint8Array.from(hash(name, bytes, "buffer")).buffer;
  });
}

/** `new Date()` and `Date.now()` read the world's clock. The prototype stays one and the same. */
function replaceDate(): () => void {
  const real = globalThis.Date;
  const now = (): number => {
    const here = running.getStore();
    return here === undefined ? real.now() : here.world.milliseconds + (here.process?.isolate.skewMs ?? 0);
  };
  // Not a Proxy, which costs three times as much, and dates are made at every turn.
  function VirtualDate(...args: unknown[]): unknown {
    return new.target === undefined
      ? new real(now()).toString()
      : Reflect.construct(real, args.length === 0 ? [now()] : args);
  }
  Object.setPrototypeOf(VirtualDate, real);
  Object.defineProperties(VirtualDate, { prototype: { value: real.prototype }, now: { value: now } });
  return replace(globalThis, "Date", VirtualDate);
}

function replaceAbortTimeout(): () => void {
  const real = AbortSignal.timeout.bind(AbortSignal);
  return replace(AbortSignal, "timeout", (ms: number): AbortSignal => {
    const here = running.getStore();
    if (here === undefined) return real(ms);
    const controller = new AbortController();
    here.world.timer(ms, () =>
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
    );
    return controller.signal;
  });
}

/** Only in a world: who runs in none still gets the real ones. */
function replaceClass(name: "Headers" | "Request" | "Response", plain: new (...args: never[]) => object): () => void {
  // They are classes.
  const real = Reflect.get(globalThis, name) as new (...args: never[]) => object;
  return replace(
    globalThis,
    name,
    new Proxy(plain, {
      construct: (_, args) => Reflect.construct(running.getStore() === undefined ? real : plain, args),
      get: (_, key) => Reflect.get(running.getStore() === undefined ? real : plain, key),
    }),
  );
}

/** Log lines of the code under test belong to the trace. */
function replaceConsole(): () => void {
  const real: unknown = Reflect.get(console, "log");
  return replace(console, "log", (...args: unknown[]): void => {
    const here = running.getStore();
    if (here === undefined && typeof real === "function") Reflect.apply(real, console, args);
    else here?.world.heard(String(args[0]));
  });
}

function replace(owner: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, key);
    else Object.defineProperty(owner, key, before);
  };
}
