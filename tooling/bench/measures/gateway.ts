import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { configPathOf, ROOT } from "../../sync/paths.ts";
import type { Measure } from "../measure.ts";
import { median } from "../statistics.ts";

const run = promisify(execFile);
const sizeNote =
  "wrangler deploy --dry-run --minify, gzip level 9 of every uploaded module; what `hoox deploy` uploads";
const startNote =
  "compiling and evaluating the uploaded module at top level in a fresh Node process (the same V8 family, no code cache): what an isolate does before its first request; the fastest process counts, because load can only add to it. The isolate's own start is the platform's and not in it";

export const gateway: Measure = {
  name: "gateway",
  what: "size and start-up of the one Worker that every alert waits for",
  async run({ quick }) {
    const starts = quick ? 5 : 21;
    const directory = await mkdtemp(join(tmpdir(), "hoox-bench-gateway-"));
    try {
      const { files, main } = await bundle(directory);
      const gzip = files.reduce((total, file) => total + gzipSync(file, { level: 9 }).byteLength, 0);
      const times: number[] = [];
      for (let index = 0; index < starts; index += 1) times.push(await startUp(main));
      return [
        {
          name: "bundle, gzip",
          value: gzip / 1_024,
          unit: "KiB",
          bar: { limit: 80, better: "lower" },
          samples: 1,
          note: sizeNote,
        },
        {
          name: "start-up",
          value: Math.min(...times),
          unit: "ms",
          bar: { limit: 20, better: "lower" },
          samples: starts,
          note: startNote,
        },
        { name: "start-up, median", value: median(times), unit: "ms", samples: starts },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function bundle(directory: string): Promise<{ files: Buffer[]; main: string }> {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const config = configPathOf("hoox");
  await run(
    process.execPath,
    [wrangler, "deploy", "--dry-run", "--minify", "--outdir", directory, "--config", config],
    {
      cwd: ROOT,
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
    },
  );
  const uploaded = (await readdir(directory)).filter((name) => /\.(?:m?js|wasm)$/.test(name));
  const [main] = uploaded;
  if (main === undefined) throw new Error(`wrangler wrote no module into ${directory}`);
  return {
    files: await Promise.all(uploaded.map((name) => readFile(join(directory, name)))),
    main: join(directory, main),
  };
}

/** vm's module, because Node's own loader also guesses formats and reads source maps. */
const START_UP = `
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";
const once = async (text) => {
  const module = new SourceTextModule(text);
  await module.link((name) => { throw new Error("the bundle imports " + name); });
  await module.evaluate();
};
const text = readFileSync(process.argv[1], "utf8");
await once("export default 1");
const from = performance.now();
await once(text);
process.stdout.write(String(performance.now() - from));
`;

async function startUp(main: string): Promise<number> {
  const flags = ["--no-warnings", "--experimental-vm-modules", "--input-type=module"];
  const { stdout } = await run(process.execPath, [...flags, "--eval", START_UP, main]);
  return Number(stdout);
}
