import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../context.ts";
import { duration } from "../output/time.ts";
import type { TailNews } from "./live-tails.ts";

/** What befalls several tails at once is told at once. */
const TOGETHER_MS = 500;
/** At the beginning all are opened, and some answers take their time. */
const BEGINNING_MS = 30_000;

/** Tells what became of the tails, one line for all that share it, and nothing of each new try. */
export function tailReport(
  context: Pick<HooxContext, "now" | "sleep">,
  options: { workers: readonly Worker[]; note: (text: string) => void; isStoredReachable: () => boolean },
): TailNews {
  const untried = new Set(options.workers);
  const lostSince = new Map<Worker, number>();
  const waiting = new Map<string, Worker[]>();

  function tell(kind: string, worker: Worker, text: (workers: string) => string): void {
    const together = waiting.get(kind);
    if (together !== undefined) return void together.push(worker);
    const workers = [worker];
    waiting.set(kind, workers);
    void tellLater();

    async function tellLater(): Promise<void> {
      for (let waited = 0; waited === 0 || (untried.size > 0 && waited < BEGINNING_MS); waited += TOGETHER_MS)
        await context.sleep(TOGETHER_MS);
      waiting.delete(kind);
      options.note(text(workers.join(", ")));
    }
  }

  const meanwhile = (): string =>
    options.isStoredReachable() ? "comes from the stored logs, about five seconds late" : "may be missing here";

  return {
    open(worker) {
      untried.delete(worker);
      const since = lostSince.get(worker);
      if (since === undefined) return;
      lostSince.delete(worker);
      const after = duration(context.now().getTime() - since);
      tell("open", worker, (workers) => `live again after ${after}: ${workers}`);
    },
    lost(worker, why) {
      untried.delete(worker);
      if (lostSince.has(worker)) return;
      const at = context.now();
      lostSince.set(worker, at.getTime());
      const from = at.toISOString().slice(11, 19);
      tell("lost", worker, (workers) => `${why}; what ${workers} said from ${from} on ${meanwhile()}; trying again`);
    },
    given(worker, error) {
      untried.delete(worker);
      lostSince.delete(worker);
      const why = [error.message, error.hint].filter(Boolean).join("; ");
      tell("given", worker, (workers) => `no live tail of ${workers}: ${why}\nwhat is said there ${meanwhile()}`);
    },
  };
}
