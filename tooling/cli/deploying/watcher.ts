import type { Watcher } from "../../deploy/execute.ts";
import { wordsOf } from "../../deploy/steps/index.ts";
import type { HooxContext } from "../context.ts";
import { duration } from "../output/time.ts";

/**
 * Tells each step on stderr when it begins and when it has ended. Ctrl-C lets the step under way end and no further one
 * begin; a second one ends everything at once but a wrangler under way, which is harmless too.
 */
export function watching(context: HooxContext, total: number): Watcher & { end: () => void } {
  let stopped: string | undefined;
  const stopListening = context.onStop((signal) => {
    stopped = signal;
    stopListening();
    context.stderr.write(`${signal}: stops behind this step\n`);
  });
  const width = String(total).length;
  return {
    starts(step, position) {
      const { what, why } = wordsOf(step);
      context.stderr.write(`${String(position + 1).padStart(width)}/${total} ${what} (${why})\n`);
    },
    ended({ status, ms = 0, remark }) {
      const text = [status === "failed" ? "failed" : "done", `after ${duration(ms)}`, remark && `· ${remark}`];
      context.stderr.write(`${" ".repeat(width * 2 + 2)}${text.filter(Boolean).join(" ")}\n`);
    },
    stopped: () => stopped,
    end: stopListening,
  };
}
