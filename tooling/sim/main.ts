import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { bugNamed, type Bug } from "./bugs/bug.ts";
import { runMany, seedsFrom, shrinkOne } from "./pool.ts";
import { gapLines, shrunkLines, violationLines } from "./report.ts";
import type { Violation } from "./run.ts";

const USAGE = `npm run sim -- [--seeds N] [--seed S] [--trace] [--storm X] [--keep NAMES] [--bug NAME] [--jobs N]
  --seeds N     how many seeds (default 500)
  --seed S      the first seed (default 1); without --seeds only this one
  --trace       print every event of each seed
  --storm X     multiply every chance of a fault (0: none)
  --keep NAMES  only these alerts and faults of the seed's schedule, separated by commas
  --bug NAME    plant tooling/sim/bugs/NAME.ts into the source first; the first seed that finds it is the last
  --jobs N      threads (default: one per core)
  --no-shrink   do not look for the smallest schedule of a violation

Exit code 1: an invariant was broken, or a fault never met a step that it should have hit by all odds.`;
/** In so many seeds every fault of things happens. */
const ENOUGH_SEEDS = 500;
const PROGRESS_EVERY_MS = 10_000;
const SHRUNK = 3;
const SHRINKING_RUNS = 400;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    storm: { type: "string", default: "1" },
    keep: { type: "string" },
    bug: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
    "no-shrink": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const first = Number(values.seed ?? "1");
const count = Number(values.seeds ?? (values.seed === undefined ? "500" : "1"));
const storm = Number(values.storm);
const jobs = Number(values.jobs);
const out = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));

if (values.help) out([USAGE]);
else if (![first, count, storm, jobs].every(Number.isFinite) || count < 1 || jobs < 1) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else await simulate();

async function simulate(): Promise<void> {
  const bug = values.bug === undefined ? undefined : await bugNamed(values.bug);
  const edits = bug?.edits ?? [];
  const keep = values.keep === undefined ? undefined : new Set(values.keep.split(","));
  const started = performance.now();
  const tick = progress(count);
  const summary = await runMany({
    seeds: seedsFrom(first, count),
    jobs,
    storm,
    keep,
    trace: values.trace,
    edits,
    until: (violation) => violation.invariant === bug?.foundBy,
    onResult(result) {
      tick();
      out(result.trace);
      for (const violation of result.violations) out(violationLines(violation));
    },
  });
  const judged = count >= ENOUGH_SEEDS && storm > 0 && keep === undefined && bug === undefined;
  const gaps = judged ? [...summary.coverage.gaps(), ...summary.coverage.unmetThings()] : [];
  out([
    ...summary.lines((performance.now() - started) / 1_000),
    ...gapLines(gaps),
    ...(bug ? [verdictOn(bug, summary.violations)] : []),
  ]);
  if (summary.violations.length > 0 || gaps.length > 0) process.exitCode = 1;
  if (values["no-shrink"] || keep !== undefined) return;
  for (const violation of firstOfEach(summary.violations).slice(0, SHRUNK)) {
    const shrunk = await shrinkOne({ violation, storm, edits, maxRuns: SHRINKING_RUNS });
    out(shrunkLines(shrunk, { storm, bug: values.bug }));
  }
}

/** Says on stderr now and then how far it is; called once per seed. */
function progress(of: number): () => void {
  const started = performance.now();
  let done = 0;
  let saidAt = started;
  return () => {
    done += 1;
    const now = performance.now();
    if (now - saidAt < PROGRESS_EVERY_MS) return;
    saidAt = now;
    const left = ((now - started) / done) * (of - done);
    process.stderr.write(`${done} of ${of} seeds, about ${Math.ceil(left / 1_000)} s left\n`);
  };
}

function verdictOn(bug: Bug, violations: readonly Violation[]): string {
  const found = violations.find((each) => each.invariant === bug.foundBy);
  return found ? `"${bug.foundBy}" finds the bug at seed ${found.seed}` : `"${bug.foundBy}" does not find the bug`;
}

/** One violation of each invariant. */
function firstOfEach(violations: readonly Violation[]): Violation[] {
  return [...Map.groupBy(violations, (each) => each.invariant).values()].flatMap((each) => each.slice(0, 1));
}
