import { parseArgs } from "node:util";
import { crashRounds } from "./rounds.ts";

const USAGE = `npm run crash -- [--rounds N] [--seed S] [--control]
  --rounds N   how often the mesh is killed (default 10)
  --seed S     which alerts and moments (default 1; the machine's timing adds its own)
  --control    the venue denies every order it is asked about: the judge must find doubled orders`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    control: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const out = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.help) out(USAGE);
else if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const report = await crashRounds({ rounds, seed, lies: values.control, note });
  const counts = Object.entries(report.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  out(`${rounds} rounds: ${report.acknowledged} acknowledged, ${report.booked} orders booked (${counts.join(", ")})`);
  for (const violation of report.violations) out(violation);
  out(`${report.violations.length} violations`);
  const wanted = values.control
    ? report.violations.some((each) => each.startsWith("doubled"))
    : report.violations.length === 0;
  if (values.control) out(wanted ? "the judge found the doubled orders" : "the judge found no doubled order");
  process.exitCode = wanted ? 0 : 1;
}
