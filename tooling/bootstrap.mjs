// `node tooling/bootstrap.mjs <script> [args]`: what npm scripts run, on a fresh clone too.
// Node >= 20 and npm are all it needs; it installs the rest and hands over to the pinned Node.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { HOOX, pinnedNode, ROOT, run } from "./pinned-node.mjs";

const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".hoox-lock");

const vitest = (...args) => [join(MODULES, "vitest", "vitest.mjs"), "run", ...args];
const bin = (name) => join(MODULES, ".bin", name);
/** Where it is noted which files are checked: the next time only what has changed is. */
const CHECKED = ["--tsBuildInfoFile", join(MODULES, ".cache", "hoox", "types.tsbuildinfo")];
/** The longest first, because they run side by side. */
const check = [
  { name: "unit", run: vitest("--project", "unit") },
  // Several checkers would each work out the types of what all files use: twice the work, and no core is free for it.
  { name: "types", run: [join(MODULES, "typescript", "bin", "tsc"), "--checkers", "1", "--incremental", ...CHECKED] },
  { name: "lint", program: bin("oxlint"), run: [] },
  { name: "format", program: bin("oxfmt"), run: ["--check"] },
  { name: "sync", run: [HOOX, "sync", "--check"] },
];
/** System tests wait more than they work; the simulation only works, and takes what they leave. */
const whole = [
  { name: "system", run: vitest("--project", "system"), shown: true },
  { name: "sim", run: vitest("--project", "sim") },
];

/** What each script runs: stages one after the other, the steps of each side by side. */
const scripts = {
  start: (args) => [[{ name: "start", run: [HOOX, "start", ...args] }]],
  hoox: (args) => [[{ name: "hoox", run: [HOOX, ...args] }]],
  check: () => [check],
  test: (args) => (args.length > 0 ? [[{ name: "test", run: vitest(...args) }]] : [check, whole]),
  crash: (args) => [[{ name: "crash", run: [join(ROOT, "tooling", "system", "crash", "main.ts"), ...args] }]],
  sim: (args) => [[{ name: "sim", run: [join(ROOT, "tooling", "sim", "main.ts"), ...args] }]],
  scale: (args) => [[{ name: "scale", run: [join(ROOT, "tooling", "scale", "main.ts"), ...args] }]],
  smoke: (args) => ({ after: [{ name: "smoke", run: [join(ROOT, "tooling", "smoke", "main.ts"), ...args] }] }),
  bench: (args) => [[{ name: "bench", run: [join(ROOT, "tooling", "bench", "bench.ts"), ...args] }]],
};

const say = (text) => process.stderr.write(`hoox: ${text}\n`);
const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");

/** So that `npx hoox` finds our own command at once instead of installing a copy of it. */
function link() {
  // npx runs our postinstall too when it links this folder into its cache: then nothing is installed here.
  if (!existsSync(join(MODULES, "clipanion")) || pinnedNode() === undefined) return;
  chmodSync(HOOX, 0o755);
  if (process.platform === "win32") {
    writeFileSync(`${bin("hoox")}.cmd`, '@node "%~dp0\\..\\..\\tooling\\cli\\hoox.js" %*\r\n');
  } else {
    rmSync(bin("hoox"), { force: true });
    symlinkSync(join("..", "..", "tooling", "cli", "hoox.js"), bin("hoox"));
  }
  writeFileSync(STAMP, lockHash());
}

function reasonToInstall() {
  if (!existsSync(MODULES)) return "the dependencies are not installed yet";
  if (!existsSync(STAMP)) return "the last installation did not finish";
  if (readFileSync(STAMP, "utf8") !== lockHash()) return "package-lock.json has changed since the last installation";
  return pinnedNode() === undefined ? "the pinned Node is missing" : undefined;
}

async function install() {
  const reason = reasonToInstall();
  if (reason === undefined) return;
  say(`${reason}: running npm ci (once, about half a minute)`);
  // npm's own cli.js when npm started us: `npm` on PATH may be another one, and on Windows is no program.
  const npm = process.env["npm_execpath"];
  // The warnings about the engines speak of the Node that installs; ours runs on the pinned one.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // What npm prints is progress, not an answer.
  const options = { cwd: ROOT, stdio: ["inherit", 2, "inherit"] };
  const code = npm?.endsWith(".js")
    ? await run(process.execPath, [npm, ...args], options)
    : await run("npm", args, { ...options, shell: process.platform === "win32" });
  if (code !== 0) {
    say(`npm ci failed (exit ${code}). Without a network nothing can be installed; otherwise see above`);
    process.exit(code);
  }
  if (pinnedNode() === undefined) {
    say("npm ci did not bring the pinned Node. Install scripts may be switched off: npm config get ignore-scripts");
    process.exit(1);
  }
  link();
}

async function main([name = "", ...args]) {
  if (name === "link") return link();
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  if (script === undefined) {
    say(`no script is called "${name}". There are: ${Object.keys(scripts).join(", ")}`);
    process.exit(2);
  }
  await install();
  // Tools that start `node` themselves get the pinned one too, and what it has compiled before: half of wrangler's start.
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(MODULES, ".cache", "hoox"),
    PATH: `${join(MODULES, ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env["PATH"] ?? ""}`,
  };
  const options = { cwd: ROOT, env };
  const stages = script(args);
  const [alone, ...others] = stages.flat();
  // One step's own exit code means more than our 1.
  if (others.length === 0) process.exit(await run(programOf(alone), alone.run, options));
  const failed = [];
  for (const stage of stages) failed.push(...(await inParallel(stage, options)));
  if (failed.length > 0) say(`failed: ${failed.join(", ")}`);
  process.exit(failed.length > 0 ? 1 : 0);
}

/** Each says in one line how it went; its output is seen when it fails, or while it runs when it is `shown`. */
async function inParallel(steps, options) {
  const failed = [];
  const waiting = [...steps];
  const one = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const started = Date.now();
      let output = "";
      const code = step.shown
        ? await run(programOf(step), step.run, options)
        : await run(
            programOf(step),
            step.run,
            { ...options, stdio: ["ignore", "pipe", "pipe"] },
            (text) => (output += text),
          );
      // A Ctrl-C ends them all.
      if (code >= 128) process.exit(code);
      if (code !== 0) process.stderr.write(`\n${output.trimEnd()}\n\n`);
      say(`${step.name}: ${code === 0 ? "ok" : "failed"} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      if (code !== 0) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, one));
  return failed;
}

function programOf(step) {
  return step.program ?? pinnedNode() ?? process.execPath;
}

await main(process.argv.slice(2));
