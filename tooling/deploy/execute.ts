import { redact } from "#queues/redact";
import { CliError, type ExitCode } from "../cli/errors.ts";
import type { Around, Step } from "./step.ts";
import { runStep, wordsOf } from "./steps/index.ts";

/** What became of one step. */
export interface Done {
  kind: Step["kind"];
  what: string;
  why: string;
  status: "done" | "failed" | "not reached";
  ms?: number;
  remark?: string;
  problem?: string;
}

export interface Executed {
  steps: Done[];
  /** The first failure, after which nothing was done. */
  failure: { exitCode: ExitCode; message: string; hint: string | undefined } | undefined;
}

/** Whoever watches; `stopped` says that somebody wants no further step. */
export interface Watcher {
  starts: (step: Step, position: number) => void;
  ended: (done: Done) => void;
  stopped: () => string | undefined;
}

/** One after the other, as far as they succeed. Whatever is no CliError is a bug and is thrown. */
export async function execute(steps: readonly Step[], around: Around, watcher: Watcher): Promise<Executed> {
  const done: Done[] = [];
  for (const [position, step] of steps.entries()) {
    const words = { kind: step.kind, ...wordsOf(step) };
    const stopped = watcher.stopped();
    if (stopped !== undefined) {
      const failure = { exitCode: 3, message: `stopped by ${stopped} before: ${words.what}`, hint: undefined } as const;
      return { steps: [...done, ...notReached(steps.slice(position))], failure };
    }
    watcher.starts(step, position);
    const started = performance.now();
    const took = (): number => Math.round(performance.now() - started);
    try {
      const remark = (await runStep(step, around)) || undefined;
      done.push({ ...words, status: "done", ms: took(), ...(remark === undefined ? {} : { remark }) });
      watcher.ended(done[position] ?? { ...words, status: "done" });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const { exitCode, hint } = error;
      // It may quote what wrangler said.
      const message = redact(error.message);
      const failed: Done = { ...words, status: "failed", ms: took(), problem: message };
      watcher.ended(failed);
      return {
        steps: [...done, failed, ...notReached(steps.slice(position + 1))],
        failure: { exitCode, message, hint },
      };
    }
  }
  return { steps: done, failure: undefined };
}

function notReached(steps: readonly Step[]): Done[] {
  return steps.map((step) => ({ kind: step.kind, ...wordsOf(step), status: "not reached" }));
}
