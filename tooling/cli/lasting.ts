import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import { duration } from "./output/time.ts";

const LONGEST_PAUSE_MS = 30_000;
/** No answer of a mesh takes longer: whoever waited more slept, or had his clock set. */
const LONGEST_ANSWER_MS = 60_000;

type Clock = Pick<HooxContext, "now" | "sleep">;

/** Aborts at Ctrl-C and its like. */
export function stopSignal(context: Pick<HooxContext, "onStop">): { signal: AbortSignal; forget: () => void } {
  const stop = new AbortController();
  return { signal: stop.signal, forget: context.onStop(() => stop.abort()) };
}

export function jumpText(byMs: number): string {
  const how = `the clock went ${byMs < 0 ? "back" : "forward"} by ${duration(Math.abs(byMs))}`;
  return `${how}: this computer slept, or its time was set`;
}

export interface LastingConnection {
  /** Undefined when it was stopped meanwhile. */
  ask<T>(question: () => Promise<T>): Promise<T | undefined>;
  pause(ms: number): Promise<void>;
}

/**
 * For commands that go on until they are stopped. A question that fails for a passing reason is asked again after
 * 1, 2, 4 … 30 s. The very first one fails at once, for then somebody waits who can mend it. Lost and found
 * connections and jumps of the clock are told to `note`, each with what `resumes` says of the work.
 */
export function lastingConnection(
  context: Clock,
  options: {
    stop: AbortSignal;
    retry: boolean;
    note: (text: string) => void;
    resumes?: string;
    /** Told of a jump of the clock in place of `note`. */
    onJump?: (byMs: number) => void;
    /** An answer has come before: the first question is asked again, too. */
    connected?: boolean;
    /** A question that fails for longer than this is given up. */
    patienceMs?: number;
  },
): LastingConnection {
  const { stop, note, patienceMs = Infinity } = options;
  const resumes = options.resumes === undefined ? "" : `; ${options.resumes}`;
  const onJump = options.onJump ?? ((byMs: number): void => note(`${jumpText(byMs)}${resumes}`));
  let { connected = false } = options;

  async function watched<T>(longestMs: number, work: Promise<T>): Promise<T> {
    const before = context.now().getTime();
    try {
      return await work;
    } finally {
      const passed = context.now().getTime() - before;
      if (passed < -1_000 || passed > longestMs) onJump(passed);
    }
  }

  return {
    async ask(question) {
      const askedAt = context.now().getTime();
      for (let pauseMs = 1_000; !stop.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        try {
          const answer = await watched(LONGEST_ANSWER_MS, question());
          if (pauseMs > 1_000) note(`connected again after ${duration(context.now().getTime() - askedAt)}${resumes}`);
          connected = true;
          return answer;
        } catch (error) {
          if (stop.aborted) return undefined;
          if (!connected || !options.retry || !(error instanceof CliError && error.passing)) throw error;
          if (context.now().getTime() - askedAt >= patienceMs) throw error;
          note(`${error.message}; asking again in ${duration(pauseMs)}`);
          await context.sleep(pauseMs, stop);
        }
      }
      return undefined;
    },
    pause: (ms) => watched(ms + LONGEST_ANSWER_MS, context.sleep(ms, stop)),
  };
}
