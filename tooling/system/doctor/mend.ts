import * as z from "zod";
import { understand } from "../../cli/run.ts";
import { argumentsOf } from "../../cli/testing/command-lines.ts";
import { testContext } from "../../cli/testing/run-cli.ts";
import type { Deployed } from "./deployed.ts";
import type { Fault } from "./planting.ts";

const report = z.object({
  result: z.enum(["well", "found", "unknown"]),
  findings: z.array(z.object({ check: z.string(), which: z.string(), what: z.string(), next: z.string() })),
  unseen: z.array(z.object({ checks: z.array(z.string()), why: z.string(), next: z.string().optional() })),
  well: z.array(z.string()),
});
export type Doctored = z.infer<typeof report> & { exitCode: number };

export async function doctor(on: Deployed): Promise<Doctored> {
  const { exitCode, stdout, stderr } = await on.hoox("doctor", "--remote", "--json");
  if (stdout === "") throw new Error(stderr);
  const said = report.parse(JSON.parse(stdout));
  for (const { next } of said.findings) if (COMMAND.test(next)) understand(commandIn(next), testContext());
  return { exitCode, ...said };
}

const COMMAND = /^(?:HOOX_URL=\S+ )?npx hoox /;

/** The whole of it is one command: somebody pastes the line as it stands. */
function commandIn(next: string): string[] {
  return argumentsOf(next.replace(COMMAND, "npx hoox ")) ?? [];
}

/** More than two faults need. */
const ROUNDS = 8;

/**
 * What somebody does at three in the morning: runs the first command that doctor names, and asks doctor again. What no
 * command mends, the person of the fault does. Answers each of doctor's reports; the last one is of a well account.
 */
export async function mendAsTold(on: Deployed, faults: readonly Fault[]): Promise<Doctored[]> {
  const reports: Doctored[] = [];
  const log: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await doctor(on);
    reports.push(found);
    if (found.result === "well") return reports;
    const byHand = faults.filter(
      ({ person, check, which }) =>
        person && found.findings.some((each) => each.check === check && each.which === which),
    );
    const command = found.findings.map(({ next }) => next).find((next) => /^npx hoox (?:repair|deploy) /.test(next));
    if (byHand.length > 0) for (const { person } of byHand) person?.(on);
    else if (command !== undefined) {
      const words = argumentsOf(command) ?? [];
      const ran = await on.hoox(...words, ...(words[0] === "repair" ? ["--yes"] : []));
      log.push(`$ ${command}\n${ran.stdout}\n${ran.stderr}`);
      if (/This is a bug in hoox itself/.test(ran.stderr)) throw new Error(log.join("\n"));
    } else throw new Error(`nobody says what to do: ${JSON.stringify(found, undefined, 2)}\n${log.join("\n")}`);
  }
  throw new Error(`never well again: ${JSON.stringify(reports.at(-1), undefined, 2)}\n${log.join("\n")}`);
}
