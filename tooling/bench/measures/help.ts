import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../sync/paths.ts";
import type { Measure } from "../measure.ts";
import { median } from "../statistics.ts";

const run = promisify(execFile);
const HOOX = join(ROOT, "tooling", "cli", "hoox.js");
/** Otherwise `node` is the pinned one, which npm's scripts put there. */
const PATH = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => !folder.startsWith(join(ROOT, "node_modules")))
  .join(delimiter);

export const help: Measure = {
  name: "help",
  what: "how long hoox takes to start",
  async run({ quick }) {
    const samples = quick ? 5 : 21;
    const direct = await times(samples, process.execPath, [HOOX, "--help"]);
    const launched = await times(samples, "node", [HOOX, "--help"]);
    const npx = await times(samples, "npx", ["hoox", "--help"]);
    return [
      {
        name: "hoox --help, p50",
        value: median(launched),
        unit: "ms",
        bar: { limit: 400, better: "lower" },
        samples,
        note: "with the `node` of this machine, which starts the pinned one when it is older than 24",
      },
      { name: "on the pinned Node, p50", value: median(direct), unit: "ms", samples },
      { name: "through npx, p50", value: median(npx), unit: "ms", samples, note: "npm's own start included" },
    ];
  },
};

async function times(samples: number, command: string, args: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  // One more to begin with: it fills the cache of compiled modules.
  for (let index = 0; index <= samples; index += 1) {
    const started = performance.now();
    await run(command, [...args], { cwd: ROOT, env: { ...process.env, PATH } });
    taken.push(performance.now() - started);
  }
  return taken.slice(1);
}
