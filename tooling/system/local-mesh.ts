import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { readDevVars } from "../cli/dev-vars.ts";
import { runCli } from "../cli/testing/run-cli.ts";
import { ROOT } from "../sync/paths.ts";
import { runHoox, type Ran } from "./hoox.ts";
import { leaksIn } from "./leaks.ts";
import { until } from "./mesh.ts";

/** `npm start` as a process of its own: killed like one, started again on the same state. */
export class LocalMesh {
  readonly state: string;
  readonly port: number;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly #ran: (Ran & { where: string })[] = [];
  #process: ChildProcess | undefined;

  private constructor(state: string, port: number) {
    this.state = state;
    this.port = port;
  }

  static async create(): Promise<LocalMesh> {
    return new LocalMesh(await mkdtemp(join(tmpdir(), "hoox-state-")), await freePort());
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async start(...args: string[]): Promise<void> {
    this.stdout.length = 0;
    const started = spawn(
      process.execPath,
      [join(ROOT, "tooling/bootstrap.mjs"), "start", "--port", String(this.port), "--state", this.state, ...args],
      { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" }, detached: true },
    );
    this.#process = started;
    createInterface({ input: started.stdout }).on("line", (line) => this.stdout.push(line));
    createInterface({ input: started.stderr }).on("line", (line) => this.stderr.push(line));
    await until(
      "the mesh is ready",
      async () => {
        if (started.exitCode !== null) throw new Error("it ended");
        return this.stdout.some((line) => line.startsWith("ready "));
      },
      { timeoutMs: 180_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.stderr.slice(-20).join("\n")}`, { cause: error });
    });
  }

  /** SIGKILL for every process of the mesh, workerd included: nobody gets to say goodbye. */
  async kill(): Promise<void> {
    const started = this.#process;
    if (started?.pid === undefined) return;
    for (const pid of [started.pid, ...(await descendantsOf(started.pid))]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself meanwhile.
      }
    }
    await until("it is dead", async () => started.exitCode !== null || started.signalCode !== null);
  }

  async stop(): Promise<void> {
    this.#process?.kill("SIGTERM");
    await until("it has stopped", async () => this.#process?.exitCode !== null || this.#process.signalCode !== null);
    await rm(this.state, { recursive: true, force: true });
    const leaks = await this.#leaks();
    if (leaks.length > 0) throw new Error(`secrets were printed:\n${leaks.join("\n")}`);
  }

  /** Only stdout may show a secret, and only the webhook key: it is there to be pasted into TradingView. */
  async #leaks(): Promise<string[]> {
    const { WEBHOOK_API_KEY_BINDING, TELEGRAM_CHAT_ID_DEFAULT: _public, ...others } = await readDevVars(ROOT);
    const hidden = Object.values(others).filter((value) => value !== "");
    const out = [
      ...this.stdout.map((text) => ({ where: "npm start", text })),
      ...this.#ran.map(({ where, stdout }) => ({ where, text: stdout })),
    ];
    const err = [
      ...this.stderr.map((text) => ({ where: "npm start", text })),
      ...this.#ran.map(({ where, stderr }) => ({ where, text: stderr })),
    ];
    return [
      ...leaksIn(out, hidden),
      ...leaksIn(
        err,
        [...hidden, WEBHOOK_API_KEY_BINDING ?? ""].filter((value) => value !== ""),
      ),
    ];
  }

  /** A secret of the local mesh, as `npm start` made it up. */
  async secret(name: string): Promise<string> {
    const text = await readFile(join(ROOT, ".dev.vars"), "utf8");
    const value = new RegExp(`^${name}="?([^"\\n]*)"?$`, "m").exec(text)?.[1];
    if (!value) throw new Error(`.dev.vars has no ${name}`);
    return value;
  }

  /** Runs `npx hoox …` against this mesh. */
  async hoox(...args: string[]): Promise<Ran> {
    return this.#run(args, {});
  }

  /** The same within this process, half a second sooner: the real clock, files and mesh, no terminal. */
  async hooxHere(...args: string[]): Promise<Ran> {
    const ran = await runCli(args, {
      root: ROOT,
      env: { HOOX_URL: this.url },
      now: () => new Date(),
      sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    });
    this.#ran.push({ where: `hoox ${args.join(" ")}`, ...ran });
    return ran;
  }

  /** For what goes on until Ctrl-C: presses it as soon as something stands on stdout. */
  async hooxUntilCtrlC(...args: string[]): Promise<Ran> {
    return this.#run(args, { onStarted: (child) => child.stdout?.once("data", () => child.kill("SIGINT")) });
  }

  async #run(args: readonly string[], options: { onStarted?: (child: ChildProcess) => unknown }): Promise<Ran> {
    const ran = await runHoox(args, { HOOX_URL: this.url }, options);
    this.#ran.push({ where: `hoox ${args.join(" ")}`, ...ran });
    return ran;
  }

  async rows(sql: string): Promise<Record<string, string | number | null>[]> {
    const { exitCode, stdout, stderr } = await this.hooxHere("db", "query", sql, "--json");
    if (exitCode !== 0) throw new Error(stderr);
    const answer: { rows: Record<string, string | number | null>[] } = JSON.parse(stdout);
    return answer.rows;
  }
}

/** Every process below `pid`, from /proc, children first. */
async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const parent = /\) \S (\d+)/.exec(stat)?.[1];
    if (parent) parents.set(Number(entry), Number(parent));
  }
  const below = (of: number): number[] => {
    const children = [...parents].filter(([, parent]) => parent === of).map(([child]) => child);
    return [...children.flatMap(below), ...children];
  };
  return below(pid);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
