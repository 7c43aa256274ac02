import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Context, Figure, Measure } from "./measure.ts";
import { measures } from "./measures/index.ts";
import { asJson, asTable, overall, type Result } from "./report.ts";

const USAGE = `npm run bench -- [--only <name>…] [--quick] [--json]

Measures what Hoox promises of speed, size and cost against bars, beside a Worker that does nothing.
--only   one or more of: ${measures.map((each) => each.name).join(", ")}
--quick  few samples: to see that the bench works, not to quote from
--json   one document on stdout

Exit code 0: every measured bar is met; 1: one is missed; 2: usage; 3: something could not be measured.
`;
const EXIT = { met: 0, missed: 1, failed: 3 } as const;
const USAGE_ERROR = 2;

interface Options {
  json: boolean;
  quick: boolean;
  chosen: readonly Measure[];
}

/** Throws an Error that says what is wrong with the arguments. */
function optionsOf(args: string[]): Options | "help" {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help) return "help";
  if (positionals.length > 0 && values.only.length === 0) throw new Error(`unexpected: ${positionals.join(" ")}`);
  const names = [...values.only, ...positionals].flatMap((each) => each.split(","));
  const unknown = names.filter((name) => !measures.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`no measure is called ${unknown.join(", ")}`);
  const chosen = names.length === 0 ? measures : measures.filter((each) => names.includes(each.name));
  return { json: values.json, quick: values.quick, chosen };
}

async function measure(of: Measure, context: Context): Promise<Result> {
  const started = performance.now();
  const about = { measure: of.name, what: of.what };
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  context.progress(`${of.name}: ${of.what}`);
  try {
    const figures: Figure[] = await of.run(context);
    return { ...about, seconds: seconds(), figures };
  } catch (error) {
    context.progress(`${of.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { ...about, seconds: seconds(), figures: [], error: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<number> {
  let options: Options | "help";
  try {
    options = optionsOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return USAGE_ERROR;
  }
  if (options === "help") {
    process.stdout.write(USAGE);
    return EXIT.met;
  }
  const { json, quick, chosen } = options;
  const write = process.stdout.write.bind(process.stdout);
  // wrangler and the Workers write where they like; stdout is for the answer.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const began = Date.now();
  const progress = (text: string): void => {
    process.stderr.write(`${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
  };
  const context: Context = { quick, progress };
  const loadBefore = loadavg()[0] ?? 0;
  const results: Result[] = [];
  for (const each of chosen) results.push(await measure(each, context));
  const surroundings = {
    at: new Date(began).toISOString(),
    quick,
    node: process.versions.node,
    cpus: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown CPU",
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  write(`${json ? asJson(results, surroundings) : asTable(results, surroundings)}\n`);
  return EXIT[overall(results)];
}

// Not left to the event loop: a mesh that crashed would keep it alive.
process.exit(await main());
