import * as z from "zod";
import type { HooxContext } from "../context.ts";

/** wrangler's local explorer: it knows every Worker of the session and can fire their crons. */
const EXPLORER = "/cdn-cgi/local/explorer/api/local";

const listed = z.object({
  result: z.array(z.object({ name: z.string(), triggers: z.object({ crons: z.array(z.string()) }).optional() })),
});

/**
 * wrangler dev never fires crons by itself. This does, at the beginning of each minute, as the platform would, and at once
 * for the minute that has begun: a mesh that has just started should not look as if nobody watched it. Answers how to stop.
 */
export function fireCrons(
  context: HooxContext,
  options: { url: string; onProblem: (text: string) => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let complained = false;
  const next = (after: Date): void => {
    const now = context.now();
    // A timer may fire a little early; a minute comes once all the same.
    const minute = Math.max(Math.floor(now.getTime() / 60_000), after.getTime() / 60_000) + 1;
    const at = new Date(minute * 60_000);
    timer = setTimeout(() => void tick(at), at.getTime() - now.getTime());
    timer.unref();
  };
  const tick = async (at: Date): Promise<void> => {
    next(at);
    try {
      await fireDue(context, { url: options.url, at });
      complained = false;
    } catch (error) {
      if (!complained)
        options.onProblem(`crons could not be fired: ${error instanceof Error ? error.message : String(error)}`);
      complained = true;
    }
  };
  void tick(new Date(Math.floor(context.now().getTime() / 60_000) * 60_000));
  return () => clearTimeout(timer);
}

/** A mesh that has just started may be busy with what the one before left undone. */
const SECOND_TRY_MS = 2_000;

type Caller = Pick<HooxContext, "fetch" | "sleep">;

/** Fires what is due at this minute, each once more when it fails. Throws what failed twice in a row. */
export async function fireDue(context: Caller, of: { url: string; at: Date }): Promise<string[]> {
  const { result } = await twice(context, async () => {
    const response = await context.fetch(`${of.url}${EXPLORER}/workers`, { signal: AbortSignal.timeout(10_000) });
    return listed.parse(await response.json());
  });
  const due = result.flatMap(({ name, triggers }) =>
    (triggers?.crons ?? []).filter((cron) => isDue(cron, of.at)).map((cron) => ({ name, cron })),
  );
  await Promise.all(
    due.map(({ name, cron }) =>
      twice(context, async () => {
        const fired = await context.fetch(`${of.url}${EXPLORER}/scheduled?worker=${encodeURIComponent(name)}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ cron, scheduled_time: of.at.getTime() }),
          signal: AbortSignal.timeout(50_000),
        });
        if (!fired.ok) throw new Error(`${name} (${cron}): ${fired.status} ${(await fired.text()).slice(0, 200)}`);
      }),
    ),
  );
  return due.map(({ name }) => name);
}

async function twice<T>({ sleep }: Pick<Caller, "sleep">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    await sleep(SECOND_TRY_MS);
    return work();
  }
}

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
] as const;

/** Whether a five-field expression of numbers, lists, ranges and steps falls on this minute of UTC. Sunday is 1. */
export function isDue(cron: string, at: Date): boolean {
  const now = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay() + 1];
  const fields = cron.trim().split(/\s+/);
  return (
    fields.length === 5 && fields.every((field, index) => matches(field, now[index] ?? -1, RANGES[index] ?? [0, 0]))
  );
}

function matches(field: string, value: number, [lowest, highest]: readonly [number, number]): boolean {
  return field.split(",").some((part) => {
    const [, whole, from, to, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (whole === undefined && from === undefined) return false;
    const start = whole ? lowest : Number(from);
    const end = whole || (step !== undefined && to === undefined) ? highest : Number(to ?? from);
    return value >= start && value <= end && (value - start) % Number(step ?? 1) === 0;
  });
}
