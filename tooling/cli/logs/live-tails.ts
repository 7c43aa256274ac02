import type { Worker } from "#contracts/ids";
import type { Account, OpenTail, TailEvent } from "../../cloudflare/index.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";

const LONGEST_PAUSE_MS = 30_000;
/** A tail that lived this long was a good one: the next loss begins with a short pause again. */
const GOOD_AFTER_MS = 60_000;
/** A tail ends by itself; another one is open before. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Where this computer's clock is ahead of Cloudflare's, a tail seems to have ended before it began. */
const SHORTEST_LIFE_MS = 60_000;
const END_WITHIN_MS = 5_000;

/** What becomes of the tails, for whoever tells it to people. */
export interface TailNews {
  open(worker: Worker): void;
  /** It will be tried again. */
  lost(worker: Worker, why: string): void;
  /** It is not tried again. */
  given(worker: Worker, error: CliError): void;
}

export interface TailOptions {
  account: Account;
  worker: Worker;
  stop: AbortSignal;
  /** A new one for each time that all connections are to be made anew. */
  renewed: () => AbortSignal;
  retry: boolean;
  onEvent: (event: TailEvent) => void;
  news: TailNews;
}

/** Follows one Worker's live tail, over losses and ends, until it is stopped or there is no use in trying again. */
export async function followTail(context: Pick<HooxContext, "now" | "sleep">, options: TailOptions): Promise<void> {
  const { account, worker, stop, onEvent, news } = options;
  let before: OpenTail | undefined;
  let pauseMs = 1_000;
  while (!stop.aborted) {
    const again = options.renewed();
    const openedAt = context.now().getTime();
    const tail = await account.tails.open(worker, { onEvent, signal: stop }).catch((error: unknown) => {
      if (error instanceof CliError) return error;
      throw error;
    });
    // The one before says what happens until this one speaks.
    if (before !== undefined) await hangUp(context, before);
    before = undefined;
    if (tail instanceof CliError) {
      if (stop.aborted) return;
      if (!tail.passing || !options.retry) return news.given(worker, tail);
      news.lost(worker, tail.message);
    } else {
      news.open(worker);
      const end = await endOf(tail, { context, stop, again });
      if (end === "expires") {
        before = tail;
        continue;
      }
      await hangUp(context, tail);
      if (stop.aborted) return;
      if (end === "again") continue;
      const lost = new CliError(3, `the tail of ${worker} broke off (${end.closed})`, { passing: true });
      if (!options.retry) return news.given(worker, lost);
      news.lost(worker, lost.message);
      if (context.now().getTime() - openedAt > GOOD_AFTER_MS) pauseMs = 1_000;
    }
    await context.sleep(pauseMs, AbortSignal.any([stop, again]));
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** Not for long: whoever pressed Ctrl-C waits for it. */
async function hangUp(context: Pick<HooxContext, "sleep">, tail: OpenTail): Promise<void> {
  const done = new AbortController();
  await Promise.race([tail.end(), context.sleep(END_WITHIN_MS, done.signal)]);
  done.abort();
}

async function endOf(
  tail: OpenTail,
  of: { context: Pick<HooxContext, "now" | "sleep">; stop: AbortSignal; again: AbortSignal },
): Promise<{ closed: string } | "expires" | "again"> {
  const { context, stop, again } = of;
  const over = new AbortController();
  const life = tail.expiresAt.getTime() - context.now().getTime() - RENEW_BEFORE_MS;
  const ended = AbortSignal.any([stop, again, over.signal]);
  const expires = context
    .sleep(Math.max(life, SHORTEST_LIFE_MS), ended)
    .then(() => (ended.aborted ? ("again" as const) : ("expires" as const)));
  const closed = tail.closed.then((why) => ({ closed: why }));
  try {
    return await Promise.race([closed, expires]);
  } finally {
    over.abort();
  }
}
