import { join } from "node:path";
import type { LedgerStatus } from "#contracts/ledger";
import { ROOT } from "../sync/paths.ts";
import { Mesh, until, WEBHOOK_KEY, type MeshOptions } from "../system/mesh.ts";
import { Sender, type Reply } from "./load.ts";

export const LEDGER = "main:paper";
const NULL_HOST = "null.local";
/** Writing 100,000 rows takes a few seconds. */
const ANSWER_MS = 60_000;

export type Row = Readonly<Record<string, string | number | null>>;

/** The real Workers with the null Worker on the same port. */
export class BenchMesh {
  readonly mesh: Mesh;
  readonly #senders: Sender[] = [];

  private constructor(mesh: Mesh) {
    this.mesh = mesh;
  }

  static async start(options: MeshOptions = {}): Promise<BenchMesh> {
    const mesh = await Mesh.start({
      ...options,
      vars: { ...options.vars, hoox: { RATE_LIMITS: "off", ...options.vars?.hoox } },
      extra: [benchWorker("null"), benchWorker("probe"), ...(options.extra ?? [])],
    });
    return new BenchMesh(mesh);
  }

  /** Runs `work` on a mesh of its own and stops that whatever happens. */
  static async using<T>(options: MeshOptions, work: (mesh: BenchMesh) => Promise<T>): Promise<T> {
    const running = await BenchMesh.start(options);
    try {
      return await work(running);
    } finally {
      await running.stop();
    }
  }

  webhook(connections: number): Sender {
    return this.#sender(new Sender({ url: this.mesh.url, path: "/webhook", connections }));
  }

  /** The same request to the Worker that does nothing. */
  nothing(connections: number): Sender {
    return this.#sender(new Sender({ url: this.mesh.url, path: "/webhook", connections, host: NULL_HOST }));
  }

  #sender(sender: Sender): Sender {
    this.#senders.push(sender);
    return sender;
  }

  async #ask(question: { ledger: string } | { sql: string }): Promise<unknown> {
    const call = this.mesh.harness
      .getWorker("bench-probe")
      .fetch("/", { method: "POST", body: JSON.stringify(question) });
    const response = await within(ANSWER_MS, "an answer of the mesh", call);
    if (!response.ok) throw new Error(`the probe answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async status(): Promise<Pick<LedgerStatus, "unended" | "unconfirmed">> {
    // The probe passes the ledger's own answer on; its times have become text.
    return (await this.#ask({ ledger: LEDGER })) as LedgerStatus;
  }

  /** Runs one statement on the database of d1-worker, without d1-worker. */
  async sql(sql: string): Promise<Row[]> {
    // What D1 answers for the columns that the statement names.
    return (await this.#ask({ sql })) as Row[];
  }

  /** Every signal has ended and every message of the outbox is confirmed. */
  async drained(options: { timeoutMs?: number; everyMs?: number } = {}): Promise<void> {
    await until(
      "the ledger has nothing left to do",
      async () => {
        const { unended, unconfirmed } = await this.status();
        return unended === 0 && unconfirmed === 0;
      },
      { timeoutMs: 30_000, everyMs: 40, ...options },
    );
  }

  async stop(): Promise<void> {
    for (const sender of this.#senders) sender.close();
    // A runtime that has crashed never closes; the process's exit ends what is left of it.
    await within(15_000, "the end of the mesh", this.mesh.stop()).catch(() => undefined);
  }
}

async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds / 1_000} s in vain for ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A Worker of `workers/`, which is there for the bench alone. */
export function benchWorker(name: string): { configPath: string } {
  return { configPath: join(ROOT, "tooling/bench/workers", `${name}.wrangler.jsonc`) };
}

const alertsOf = new Map<string, number>();

/**
 * An alert unlike any before it. One symbol is one lane; its alerts buy and sell in turn, perpetuals so that
 * the venue never refuses for want of a balance.
 */
export function newAlert(symbol = "BTCUSDT.P"): string {
  const number = (alertsOf.get(symbol) ?? 0) + 1;
  alertsOf.set(symbol, number);
  return JSON.stringify({
    apiKey: WEBHOOK_KEY,
    idempotencyKey: `bench-${process.pid}-${symbol}-${number}`,
    symbol,
    action: number % 2 === 1 ? "buy" : "sell",
    quantity: "0.01",
    price: "65000",
  });
}

/** Sixteen symbols, so that a burst is spread over lanes as it would be over a trader's markets. */
export function symbolOf(connection: number): string {
  return `${"ABCDEFGHIJKLMNOP".charAt(connection % 16)}COINUSDT.P`;
}

/** Throws unless the answer is the acceptance of the alert. */
export function accepted(reply: Reply): Reply {
  if (reply.status !== 202) throw new Error(`an alert was answered ${reply.status}: ${reply.text.slice(0, 300)}`);
  return reply;
}

export function requestIdOf(reply: Reply): string {
  const body: { requestId?: string } = JSON.parse(reply.text);
  if (body.requestId === undefined) throw new Error(`no requestId in ${reply.text.slice(0, 300)}`);
  return body.requestId;
}
