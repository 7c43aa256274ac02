import { randomBytes } from "node:crypto";
import type { HooxContext } from "../cli/context.ts";
import { CliError, type ExitCode } from "../cli/errors.ts";
import type { Area, Result } from "./area.ts";
import { areas } from "./areas/index.ts";
import { asJson, asTable } from "./report.ts";
import { ALL_RUNS, sweep } from "./sweep.ts";
import { openWorld, type World } from "./world.ts";

export interface SmokeOptions {
  write: boolean;
  sweep: boolean;
  json: boolean;
  /** Names begin with it; another one for each run. */
  prefix?: string;
}

/** Asks an account what Hoox assumes of Cloudflare: 0 all is so, 1 something is not, 3 something could not be asked. */
export async function smoke(context: HooxContext, options: SmokeOptions): Promise<ExitCode> {
  const prefix = options.prefix ?? `${ALL_RUNS}${randomBytes(4).toString("hex")}`;
  const note = (text: string): void => void context.stderr.write(`${text}\n`);
  const world = await openWorld(context, prefix);
  note(`account ${world.account.name} (${world.account.source})`);
  if (options.sweep) return swept(world, ALL_RUNS, note);
  if (options.write) note(`makes things whose names begin with ${prefix}, and removes them`);
  const chosen = areas.filter(({ writes }) => options.write || !writes);
  const stop = new AbortController();
  const forget = context.onStop(() => stop.abort());
  const results: Result[] = [];
  let code: ExitCode = 0;
  try {
    for (const area of chosen) await probed(area, { world, results, stop: stop.signal, note });
  } finally {
    if (options.write) code = await swept(world, prefix, note);
    forget();
  }
  const untried = areas.filter((each) => !chosen.includes(each)).flatMap(({ assumptions }) => assumptions).length;
  if (untried > 0) note(`not asked, because that needs --write: ${untried} assumptions`);
  context.stdout.write(`${options.json ? asJson(results) : asTable(results, context.columns)}\n`);
  if (stop.signal.aborted) throw new CliError(3, "stopped before all was asked");
  if (results.some(({ verdict }) => verdict === "not asked")) return 3;
  return results.some(({ verdict }) => verdict === "different") ? 1 : code;
}

async function probed(
  area: Area,
  of: { world: World; results: Result[]; stop: AbortSignal; note: (text: string) => void },
): Promise<void> {
  if (of.stop.aborted) return;
  of.note(`${area.name}: ${area.assumptions.length} questions`);
  for await (const result of area.probe(of.world)) {
    of.results.push(result);
    if (of.stop.aborted) return;
  }
}

async function swept(world: World, prefix: string, note: (text: string) => void): Promise<ExitCode> {
  const left = await sweep(world, prefix);
  for (const each of left) note(`left behind: ${each}`);
  note(left.length === 0 ? `nothing is left of ${prefix}…` : "remove it with: npm run smoke -- --sweep");
  return left.length === 0 ? 0 : 3;
}
