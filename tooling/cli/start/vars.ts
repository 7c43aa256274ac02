import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "../errors.ts";

/** `NAME=value` arguments as lines of an env file; a name is a var of one or several wrangler.jsonc. */
export function envLines(given: readonly string[]): string[] {
  return given.map((text) => {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=([^\n]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw usageError(`--var ${text}: write NAME=value, such as PAPER='{"latencyMs":500}'`);
    }
    const quote = ["'", '"', "`"].find((each) => !value.includes(each));
    if (quote === undefined) throw usageError(`--var ${name}: a value cannot hold all three kinds of quotes`);
    return `${name}=${quote}${value}${quote}`;
  });
}

/** Writes them beside the state; wrangler lets an env file win over the vars of every Worker that has them. */
export async function writeVars(state: string, given: readonly string[]): Promise<string> {
  const path = join(state, "vars.env");
  await mkdir(state, { recursive: true });
  await writeFile(path, `${envLines(given).join("\n")}\n`, { mode: 0o600 });
  return path;
}
