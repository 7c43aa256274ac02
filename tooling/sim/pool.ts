import { Worker } from "node:worker_threads";
import type { Edit } from "./bugs/bug.ts";
import { bundled } from "./bundle.ts";
import { Summary } from "./report.ts";
import type { SeedOptions, SeedResult, Violation } from "./run.ts";
import type { Shrunk } from "./shrink.ts";
import type { Question } from "./worker.ts";

/** As many run in every `npm test`, from the first one. */
export const SUITE_SEEDS = 500;

export interface ManySeeds {
  /** Asked for one by one, when a thread is free. */
  readonly seeds: readonly number[];
  /** Threads. */
  readonly jobs: number;
  readonly storm?: number;
  readonly keep?: ReadonlySet<string> | undefined;
  readonly trace?: boolean;
  /** Bugs to plant into the source. */
  readonly edits?: readonly Edit[];
  /** Ends the run early. */
  readonly until?: (violation: Violation) => boolean;
  readonly onResult?: (result: SeedResult) => void;
}

/** Runs seeds on several threads. Throws what a thread throws. */
export async function runMany(of: ManySeeds): Promise<Summary> {
  const summary = new Summary();
  const script = await bundled(of.edits ?? []);
  const seeds = of.seeds.values();
  let found = false;
  await Promise.all(
    Array.from({ length: Math.min(of.jobs, of.seeds.length) }, async () => {
      const thread = new Thread(script);
      try {
        for (const seed of seeds) {
          const options: SeedOptions = { seed, storm: of.storm ?? 1, keep: of.keep, trace: of.trace ?? false };
          const result = await thread.ask<SeedResult>({ do: "run", options });
          summary.add(result);
          of.onResult?.(result);
          found ||= of.until !== undefined && result.violations.some(of.until);
          if (found) break;
        }
      } finally {
        await thread.close();
      }
    }),
  );
  return summary;
}

export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The smallest schedule that still breaks what the violation broke. */
export async function shrinkOne(of: {
  violation: Violation;
  storm: number;
  edits?: readonly Edit[];
  maxRuns: number;
}): Promise<Shrunk> {
  const thread = new Thread(await bundled(of.edits ?? []));
  const { seed, invariant } = of.violation;
  try {
    return await thread.ask<Shrunk>({
      do: "shrink",
      options: { seed, storm: of.storm },
      invariant,
      maxRuns: of.maxRuns,
    });
  } finally {
    await thread.close();
  }
}

class Thread {
  readonly #worker: Worker;
  #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor(script: string) {
    this.#worker = new Worker(script, {
      eval: true,
      // A seed's garbage is young; collecting it seldom is a tenth of the time.
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    });
    this.#worker.on("message", (message: { answer: unknown } | { error: string }) => {
      if ("error" in message) this.#waiting?.reject(new Error(message.error));
      else this.#waiting?.resolve(message.answer);
    });
    this.#worker.on("error", (error: Error) => this.#waiting?.reject(error));
  }

  ask<Answer>(question: Question): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      // The thread answers a question with what the question is typed to give.
      this.#waiting = { resolve: (answer) => resolve(answer as Answer), reject };
      // Between threads there are no origins.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      this.#worker.postMessage(question);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
