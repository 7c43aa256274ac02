import { Writable } from "node:stream";
import { workers, type Worker } from "#contracts/ids";
import type { LogLine } from "#contracts/log";
import type { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";
import type { TailEvent } from "../../fakes/cloudflare/tails.ts";
import { runHoox } from "../run.ts";
import { OPERATOR_KEY, refusal } from "./fake-mesh.ts";
import { NOW, stopper, testContext } from "./run-cli.ts";
import { accountWith } from "./secret-workers.ts";
import { SteppedClock } from "./stepped-clock.ts";

/** A command that goes on, and what it has said so far. */
export interface Terminal {
  stdout: string;
  stderr: string;
  stop: () => void;
  ended: Promise<number>;
}

/** Six Workers on an account, the stored logs of their mesh, and terminals that follow them. */
export class TailedMesh implements AsyncDisposable {
  readonly account: FakeCloudflare;
  readonly clock: SteppedClock;
  /** What `/ops/logs` answers instead of lines. */
  refusal: ReturnType<typeof refusal> | undefined;
  readonly #stored: LogLine[] = [];
  readonly #terminals: Terminal[] = [];
  #made = 0;

  static async start(): Promise<TailedMesh> {
    const clock = new SteppedClock(NOW);
    return new TailedMesh(await accountWith(new Map(workers.map((worker) => [worker, {}])), clock), clock);
  }

  private constructor(account: FakeCloudflare, clock: SteppedClock) {
    this.account = account;
    this.clock = clock;
    account.workersDev.serve("hoox", (request) => this.#answer(request));
  }

  line(change: Partial<LogLine> = {}): LogLine {
    const at = this.clock.now();
    this.#made += 1;
    return {
      id: `${at.getTime().toString(36)}-${this.#made}`,
      createdAt: at.toISOString(),
      worker: "hoox",
      severity: "info",
      event: "test.line",
      message: `line ${this.#made}`,
      fields: {},
      ...change,
    };
  }

  /** The mesh has these lines in its database. */
  store(...lines: readonly LogLine[]): void {
    this.#stored.push(...lines);
  }

  /** A Worker writes these lines to its console; answers how many tails saw it. */
  say(...lines: readonly LogLine[]): number {
    const timestamp = this.clock.now().getTime();
    return this.emit(lines[0]?.worker ?? "hoox", {
      logs: lines.map((line) => ({ message: [JSON.stringify(line)], level: "log", timestamp })),
    });
  }

  emit(worker: Worker, event: Partial<TailEvent>): number {
    const eventTimestamp = this.clock.now().getTime();
    const of = { scriptName: worker, eventTimestamp, outcome: "ok", exceptions: [], logs: [], event: null };
    return this.account.tails.emit({ ...of, ...event });
  }

  /** `npx hoox logs tail …` at the gateway's address there. */
  tail(args: readonly string[] = [], env: Readonly<Record<string, string | undefined>> = {}): Terminal {
    const ctrlC = stopper();
    const terminal: Terminal = { stdout: "", stderr: "", stop: () => ctrlC.stop(), ended: Promise.resolve(0) };
    const into = (of: "stdout" | "stderr"): Writable =>
      new Writable({
        write(chunk, _encoding, done) {
          terminal[of] += String(chunk);
          done();
        },
      });
    const { now, sleep } = this.clock;
    const { workersDev } = this.account;
    const known = { ...this.account.env, HOOX_URL: workersDev.urlOf("hoox"), HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const context = testContext(
      { ...ctrlC, now, sleep, fetch: workersDev.fetch, env: { ...known, ...env } },
      { stdout: into("stdout"), stderr: into("stderr") },
    );
    terminal.ended = runHoox(["logs", "tail", ...args], context);
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Lets time pass until these Workers are tailed. */
  async isTailed(...names: readonly Worker[]): Promise<void> {
    const watched = names.length === 0 ? workers : names;
    const { tails } = this.account;
    await this.clock.until("the tails are open", () => watched.every((worker) => tails.watching(worker) > 0));
  }

  async shows(terminal: Terminal, text: string): Promise<void> {
    await this.clock.until(`it shows ${text}`, () => `${terminal.stdout}${terminal.stderr}`.includes(text));
  }

  /** Ctrl-C; answers the exit code. */
  async stopped(terminal: Terminal): Promise<number> {
    terminal.stop();
    return this.ended(terminal);
  }

  async ended(terminal: Terminal): Promise<number> {
    let exitCode: number | undefined;
    void terminal.ended.then((code) => (exitCode = code));
    await this.clock.until("it ends", () => exitCode !== undefined);
    return terminal.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.#terminals) await this.stopped(terminal);
    await this.account.stop();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const { refusal: refused } = this;
    if (refused !== undefined) return Response.json(refused.body, { status: refused.status ?? 500 });
    if (request.headers.get("authorization") !== `Bearer ${OPERATOR_KEY}` || pathname !== "/ops/logs")
      return Response.json(refusal(401, "wrong operator key").body, { status: 401 });
    const after = searchParams.get("after");
    const waitUntil = this.clock.now().getTime() + 1_000 * Number(searchParams.get("wait") ?? 0);
    while (this.#behind(after).length === 0 && this.clock.now().getTime() < waitUntil) await this.clock.sleep(500);
    return Response.json({ logs: this.#behind(after), next: this.#stored.length });
  }

  #behind(after: string | null): object[] {
    const rows = this.#stored.map(({ requestId, createdAt, ...line }, index) => ({
      ...line,
      request_id: requestId ?? null,
      created_at: createdAt,
      cursor: index + 1,
    }));
    return after === null ? rows.slice(-20) : rows.slice(Number(after));
  }
}
