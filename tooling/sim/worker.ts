import { parentPort } from "node:worker_threads";
import { runSeed, type SeedOptions } from "./run.ts";
import { shrink } from "./shrink.ts";

/** What a thread is asked. */
export type Question =
  | { readonly do: "run"; readonly options: SeedOptions }
  | { readonly do: "shrink"; readonly options: SeedOptions; readonly invariant: string; readonly maxRuns: number };

parentPort?.on("message", async (question: Question) => {
  try {
    const answer = question.do === "run" ? await runSeed(question.options) : await shrink(question);
    // Between threads there are no origins.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage({ answer });
  } catch (error) {
    // Between threads there are no origins.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
