import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogLine } from "#contracts/log";
import type { LogRow } from "#contracts/log-view";
import { createProducer, type Packed, type Producer } from "#queues/producer";
import { ROOT } from "../sync/paths.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";

const WANTED = crypto.randomUUID();
const LINES_PER_SECOND = 2_000;
const SECONDS = 6;
const LINES_PER_MESSAGE = 20;
const MESSAGES_PER_SEND = 10;

describe("hoox logs tail in a flood", () => {
  let mesh: Mesh;
  let producer: Producer;
  let strangers = 0;
  let wanted = 0;

  beforeAll(async () => {
    mesh = await Mesh.start();
    producer = createProducer({ source: "trade-worker", env: await mesh.env("trade-worker") });
  });
  afterAll(() => mesh.stop());

  /** As many lines a second as others may write, in messages like those of the Workers' own buffers. */
  async function flood(isEnough: () => boolean): Promise<void> {
    const started = performance.now();
    while (!isEnough()) {
      if (strangers + wanted > (LINES_PER_SECOND * (performance.now() - started)) / 1_000) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      await producer.sendPacked(Array.from({ length: MESSAGES_PER_SEND }, (_, index) => message(index === 7)));
    }
  }

  function message(hasWanted: boolean): Packed {
    const lines = Array.from({ length: LINES_PER_MESSAGE }, (_, index) =>
      hasWanted && index % 4 === 1
        ? line(WANTED, `wanted ${wanted++}`)
        : line(crypto.randomUUID(), `stranger ${strangers++}`),
    );
    return producer.pack("system-logs", "log.batch", { lines }, { requestId: crypto.randomUUID() });
  }

  it("shows exactly the lines that are asked for, in order, without gap or repetition where live ones begin", async () => {
    const before = flood(() => wanted >= 100);
    await until("some lines are stored already", async () => {
      const [row] = await mesh.rows(`SELECT count(*) AS n FROM system_logs WHERE request_id = '${WANTED}'`);
      return Number(row?.["n"]) >= 30;
    });
    await using tail = new Tail(mesh, "--request-id", WANTED);
    await using everything = new Tail(mesh, "--all", "--since", "10m", "--grep", "flood.line");
    await before;
    await flood(() => strangers + wanted >= LINES_PER_SECOND * SECONDS);
    await until("the last line is shown", async () => tail.messages.includes(`wanted ${wanted - 1}`));

    expect(tail.messages).toEqual(Array.from({ length: wanted }, (_, index) => `wanted ${index}`));
    expect(await tail.interrupt()).toBe(0);

    const all = wanted + strangers;
    await until("every other line is shown too", async () => everything.rows.length >= all);
    expect(new Set(everything.messages).size).toBe(all);
    expect(everything.rows).toHaveLength(all);
  });
});

function line(requestId: string, message: string): LogLine {
  const at = new Date();
  return {
    id: `${at.getTime().toString(36).padStart(9, "0")}-${crypto.randomUUID().slice(-12)}`,
    requestId,
    createdAt: at.toISOString(),
    worker: "trade-worker",
    severity: "info",
    event: "flood.line",
    message,
    fields: {},
  };
}

/** The command as a process of its own, its lines as they come. */
class Tail implements AsyncDisposable {
  readonly rows: LogRow[] = [];
  stderr = "";
  readonly #process: ChildProcess;

  constructor(mesh: Mesh, ...args: string[]) {
    const child = spawn(process.execPath, [join(ROOT, "tooling/cli/hoox.js"), "logs", "tail", "--json", ...args], {
      cwd: ROOT,
      env: { ...process.env, HOOX_URL: mesh.url.origin, HOOX_OPERATOR_KEY: OPERATOR_KEY, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    // A line is what the route's row says.
    createInterface({ input: child.stdout }).on("line", (text) => this.rows.push(JSON.parse(text) as LogRow));
  }

  get messages(): string[] {
    return this.rows.map((row) => row.message);
  }

  /** Ctrl-C; answers the exit code. */
  async interrupt(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.on("close", resolve));
    this.#process.kill("SIGINT");
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
  }
}
