import { parseArgs } from "node:util";
import { Summary, violationLines } from "./report.ts";
import { runSeed } from "./run.ts";

const USAGE = `npm run sim -- [--seeds N] [--seed S] [--trace] [--storm X]
  --seeds N   how many seeds (default 500)
  --seed S    the first seed (default 1); without --seeds only this one
  --trace     print every event of each seed
  --storm X   multiply every chance of a fault (0: none)`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    storm: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const first = Number(values.seed ?? "1");
const count = Number(values.seeds ?? (values.seed === undefined ? "500" : "1"));
const storm = Number(values.storm);
const out = (text: string): void => void process.stdout.write(`${text}\n`);

let current = first;
process.on("unhandledRejection", (error) => {
  process.stderr.write(`seed ${current}: nobody caught: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});

if (values.help) out(USAGE);
else if (![first, count, storm].every(Number.isFinite)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const summary = new Summary();
  const started = performance.now();
  for (let seed = first; seed < first + count; seed += 1) {
    current = seed;
    const result = await runSeed({ seed, trace: values.trace, storm });
    for (const line of result.trace) out(line);
    for (const violation of result.violations) out(violationLines(violation).join("\n"));
    summary.add(result);
  }
  out(summary.lines((performance.now() - started) / 1_000).join("\n"));
  if (summary.violations.length > 0) process.exitCode = 1;
}
