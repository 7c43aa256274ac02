import type { ReplayItem, ReplayJob } from "#contracts/replay";
import { verdictText } from "../letters/verdicts.ts";
import type { Paint } from "./paint.ts";
import { countsText } from "./letter-groups.ts";
import { progressBar } from "./progress.ts";
import { pad, table } from "./table.ts";
import { duration, when } from "./time.ts";
import type { View } from "../base.ts";

const WIDEST_BAR = 40;
const LEAST_BAR = 10;

/** Letters that the job is through with. */
export function passedOf({ counts }: ReplayJob): number {
  return counts.total - counts.pending;
}

/** `paused`, coloured by whether somebody has to act. */
export function stateText({ state }: Pick<ReplayJob, "state">, paint: Paint): string {
  if (state === "done") return paint.good(state);
  if (state === "stopped" || state === "cancelled") return paint.bad(state);
  return state === "waiting" || state === "paused" || state === "queued" ? paint.odd(state) : paint.name(state);
}

/** Why it stands still, when it does. */
export function standstillText({ state, waitingFor, stoppedBecause, behind, id }: ReplayJob): string | undefined {
  if (state === "waiting") return `it waits: ${waitingFor ?? "the mesh is busy"}; it goes on by itself`;
  if (state === "stopped") return `it stopped: ${stoppedBecause ?? "letters died again"}`;
  if (state === "queued") return behind === undefined ? "it waits for its turn" : `it waits for replay ${behind}`;
  if (state === "paused") return `it is paused; let it go on: npx hoox dlq replay resume ${id}`;
  if (state === "canary")
    return waitingFor === undefined ? "its first letters go ahead alone" : `it waits to see ${waitingFor}`;
  return undefined;
}

/** `380 resolved, 20 on their way, 12 skipped (8 STALE, 4 DUPLICATE)`. */
export function countsLine({ counts, skipped }: ReplayJob, paint: Paint): string {
  const { sent, resolved, diedAgain, lost, failed } = counts;
  const underway = Math.max(0, sent - resolved - diedAgain - lost);
  const parts = [
    paint.good(`${resolved} resolved`),
    underway > 0 && `${underway} on their way`,
    counts.skipped > 0 && paint.odd(`${counts.skipped} skipped`) + inBrackets(countsText(skipped, paint)),
    failed > 0 && paint.bad(`${failed} failed`),
    diedAgain > 0 && paint.bad(`${diedAgain} died again`),
    lost > 0 && paint.bad(`${lost} lost on their way and open again`),
  ];
  return parts.filter((part) => part !== false).join(", ");
}

/** The picture of a job at work: a few lines, none wider than the terminal. */
export function progressFrame(job: ReplayJob, perSecond: number | undefined, view: View): string[] {
  const { paint, columns } = view;
  const passed = passedOf(job);
  const { total, pending } = job.counts;
  const speed = perSecond === undefined || pending === 0 ? "" : `  ${speedText(perSecond, pending)}`;
  const figures = `${passed} of ${total}  ${total === 0 ? 100 : Math.floor((passed / total) * 100)} %${speed}`;
  const head = `${stateText(job, paint)}  `;
  const room = columns - job.state.length - figures.length - 6;
  const bar = room < LEAST_BAR ? "" : `${barText(job, Math.min(room, WIDEST_BAR), paint)}  `;
  const standstill = standstillText(job);
  const lines = [`${head}${bar}${figures}`, countsLine(job, paint), ...(standstill ? [paint.odd(standstill)] : [])];
  return lines.map((line) => pad(line, columns).trimEnd());
}

/** The same for a log: one line. */
export function progressLine(job: ReplayJob, { now, paint }: { now: Date; paint: Paint }): string {
  const standstill = standstillText(job);
  const time = paint.dim(now.toISOString().slice(11, 19));
  const said = `${stateText(job, paint)} ${passedOf(job)} of ${job.counts.total}: ${countsLine(job, paint)}`;
  return `${time} ${said}${standstill === undefined ? "" : `; ${standstill}`}`;
}

function barText(job: ReplayJob, width: number, paint: Paint): string {
  const share = job.counts.total === 0 ? 1 : passedOf(job) / job.counts.total;
  const bar = progressBar(share, width);
  return `▕${job.counts.diedAgain + job.counts.failed > 0 ? paint.bad(bar) : paint.good(bar)}▏`;
}

function speedText(perSecond: number, pending: number): string {
  if (perSecond <= 0) return "0/s";
  const rate = perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1);
  return `${rate}/s, ${secondsText((pending / perSecond) * 1_000)} left`;
}

/** Tenths would flicker. */
function secondsText(ms: number): string {
  return ms < 60_000 ? `${Math.ceil(ms / 1_000)} s` : duration(ms);
}

function inBrackets(text: string): string {
  return text === "" ? "" : ` (${text})`;
}

/** A job in full: what it was asked to do, and what came of it. */
export function jobText(job: ReplayJob, view: View): string {
  const { paint } = view;
  const took =
    job.endedAt === undefined ? "" : `, after ${duration(Date.parse(job.endedAt) - Date.parse(job.createdAt))}`;
  const lines: [string, string | undefined][] = [
    ["replay", paint.bold(job.id)],
    ["state", `${stateText(job, paint)}${took}`],
    ["why so", standstillText(job)],
    ["letters", `${passedOf(job)} of ${job.counts.total}: ${countsLine(job, paint)}`],
    ["forced", job.force.length === 0 ? undefined : job.force.join(", ")],
    ["rate", `${job.rate}/s at most`],
    ["started", `${when(job.createdAt, view)} by ${job.by}`],
    ["reason", job.reason === "" ? undefined : job.reason],
  ];
  return lines
    .flatMap(([label, value]) => (value === undefined ? [] : [`${paint.dim(label.padEnd(8))}  ${value}`]))
    .join("\n");
}

export function jobsTable(jobs: readonly ReplayJob[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("started"), value: (row) => when(row.createdAt, view) },
      { title: paint.dim("state"), value: (row) => stateText(row, paint) },
      { title: paint.dim("letters"), value: (row) => `${passedOf(row)} of ${row.counts.total}`, align: "right" },
      { title: paint.dim("replay"), value: (row) => row.id },
      { title: paint.dim("what came of it"), value: (row) => countsLine(row, paint), below: "alone" },
      { title: paint.dim("reason"), value: (row) => row.reason, below: "alone" },
    ],
    jobs,
    view.columns,
  );
}

/** Letters that a job did not execute, and why. */
export function itemsTable(items: readonly ReplayItem[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("letter"), value: (row) => (row.state === "failed" ? paint.bad(row.state) : row.state) },
      {
        title: paint.dim("verdict"),
        value: (row) => (row.verdict === undefined ? "-" : verdictText(row.verdict, paint)),
      },
      { title: paint.dim("queue"), value: (row) => row.queue },
      { title: paint.dim("when"), value: (row) => when(row.at, view) },
      { title: paint.dim("id"), value: (row) => row.id, below: "alone" },
      { title: paint.dim("reason"), value: (row) => row.reason ?? "", below: "alone" },
    ],
    items,
    view.columns,
  );
}
