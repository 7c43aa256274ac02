import { worker as workerName, workers as allWorkers, type Worker } from "#contracts/ids";
import type { LogLine } from "#contracts/log";
import type { LogRow } from "#contracts/log-view";
import type { Account, TailEvent } from "../../cloudflare/index.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { jumpText, lastingConnection } from "../lasting.ts";
import type { MeshClient } from "../mesh-client.ts";
import { watchClock } from "./clock.ts";
import { FirstTime } from "./first-time.ts";
import { fits, type LogFilter } from "./filter.ts";
import { Inbox } from "./inbox.ts";
import { followTail } from "./live-tails.ts";
import { tailLogs } from "./tail.ts";
import { linesOf, remarkOf } from "./tail-lines.ts";
import { tailReport } from "./tail-report.ts";

/** A line that came live has no cursor: the database has not counted it yet. */
export type TailRow = Omit<LogRow, "cursor"> & { cursor?: number };

export interface RemoteTail {
  mesh: MeshClient | undefined;
  account: Account | undefined;
  /** Why one of them is missing. */
  problems: readonly string[];
  filter: LogFilter;
  stop: AbortSignal;
  retry: boolean;
  note: (text: string) => void;
}

/** Lines of several Workers that come within this time are sorted together. */
const TOGETHER_MS = 200;
const MOST_WAITING = 20_000;
const REMEMBERED = 100_000;
/** Two that notice the same jump. */
const ONE_JUMP_MS = 60_000;

/**
 * The lines of a mesh on an account: live ones from the tails of its Workers, and behind them, by the same ids, what
 * the mesh has stored. So what a tail misses (a lost connection, its sampling under load) comes a little later, and
 * the tails show what the mesh cannot store. Goes on while one of both is there; throws when neither is.
 */
export async function* remoteTail(context: HooxContext, options: RemoteTail): AsyncGenerator<TailRow[]> {
  const { filter, note, retry, mesh, account } = options;
  const missing = new CliError(2, options.problems.join("; "));
  const over = new AbortController();
  const stop = AbortSignal.any([options.stop, over.signal]);
  const inbox = new Inbox<TailRow>(MOST_WAITING);
  let again = new AbortController();
  let jumpedAt = -Infinity;
  let failure: CliError | undefined;
  /** Set once no tail at all is left. */
  let noLive: CliError | undefined;
  let noStored = mesh === undefined ? missing : undefined;

  function fail(error: CliError): void {
    failure ??= error;
    over.abort();
  }

  function onJump(byMs: number): void {
    const now = context.now().getTime();
    if (Math.abs(now - jumpedAt) < ONE_JUMP_MS) return;
    jumpedAt = now;
    const from = noStored ? "may be missing here" : "comes from the stored logs";
    note(`${jumpText(byMs)}; live tails are opened anew, what was said meanwhile ${from}`);
    again.abort();
    again = new AbortController();
  }

  async function follow(tailed: Account): Promise<void> {
    const names = named(filter);
    const report = tailReport(context, { workers: names, note, isStoredReachable: () => noStored === undefined });
    const left = new Set(names);
    const given = (worker: Worker, error: CliError): void => {
      left.delete(worker);
      if (left.size === 0) noLive = error;
      report.given(worker, error);
      if (!retry && error.passing) fail(error);
    };
    const news = { ...report, given };
    const tails = names.map((worker) => {
      const onEvent = (event: TailEvent): void => {
        const remark = remarkOf(event);
        if (remark !== undefined) return note(`the live tail of ${worker}: ${remark}`);
        inbox.push(linesOf(worker, event).flatMap((line) => (fits(line, filter) ? [rowOf(line)] : [])));
      };
      return followTail(context, { account: tailed, worker, stop, retry, onEvent, news, renewed: () => again.signal });
    });
    const ended = new AbortController();
    const watching = watchClock(context, { stop: AbortSignal.any([stop, ended.signal]), onJump });
    await Promise.all(tails);
    ended.abort();
    await watching;
  }

  async function live(): Promise<void> {
    if (account !== undefined) await follow(account);
    else note(`no live tail: ${missing.message}\nlines come from the stored logs, about five seconds late`);
    noLive ??= missing;
    if (noStored !== undefined) fail(noStored);
  }

  async function stored(from: MeshClient): Promise<void> {
    for (let connected = false; !stop.aborted; connected = true) {
      const resumes = "no stored line is left out";
      const connection = lastingConnection(context, { stop, retry, note, resumes, onJump, connected });
      try {
        for await (const rows of tailLogs(from, { filter, follow: true, connection, stop })) {
          noStored = undefined;
          await inbox.put(rows);
        }
        return;
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        noStored = error;
        if (noLive !== undefined || !retry) return fail(error);
        note(`${error.message}: only live lines are shown${error.passing ? " until it answers" : ""}`);
        if (!error.passing) return;
      }
    }
  }

  const sources = Promise.all([live(), mesh && stored(mesh)]).finally(() => inbox.end());
  // Awaited below; it may fail while the reader is busy.
  sources.catch(() => undefined);
  const seen = new FirstTime(REMEMBERED);
  try {
    while (await inbox.filled()) {
      await context.sleep(TOGETHER_MS, stop);
      const { items, dropped } = inbox.take();
      if (dropped > 0) note(`${dropped} lines are left out: they come faster than they are read here`);
      const rows = items.filter(({ id }) => seen.isNew(id));
      if (rows.length > 0)
        yield rows.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || (a.cursor ?? 0) - (b.cursor ?? 0));
    }
    if (failure !== undefined && !options.stop.aborted) throw failure;
  } finally {
    over.abort();
    await sources;
  }
}

function named(filter: LogFilter): readonly Worker[] {
  return filter.worker === undefined ? allWorkers : filter.worker.split(",").map((name) => workerName.parse(name));
}

function rowOf({ requestId, createdAt, ...line }: LogLine): TailRow {
  return { ...line, request_id: requestId ?? null, created_at: createdAt };
}
