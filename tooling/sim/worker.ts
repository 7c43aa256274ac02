import { parentPort, workerData } from "node:worker_threads";
import type { Edit } from "./bugs/bug.ts";
import { plant } from "./plant.ts";
import type { SeedOptions } from "./run.ts";

/** What a thread is asked. */
export type Question =
  | { readonly do: "run"; readonly options: SeedOptions }
  | { readonly do: "shrink"; readonly options: SeedOptions; readonly invariant: string; readonly maxRuns: number };

const { edits }: { edits: readonly Edit[] } = workerData;
if (edits.length > 0) plant(edits);
// Only now, so that what they load has the edits in it.
const { runSeed } = await import("./run.ts");
const { shrink } = await import("./shrink.ts");

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
