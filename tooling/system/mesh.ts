import { join } from "node:path";
import { createTestHarness, type TestHarness } from "wrangler";
import { workers, type Worker } from "#contracts/ids";
import { ROOT } from "../sync/paths.ts";
import { startedFrom } from "./built.ts";
import { everythingWritten, leaksIn } from "./leaks.ts";

process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
process.env["WRANGLER_SEND_METRICS"] = "false";
// wrangler would keep a span of every local call, which doubles what a request costs; it exists nowhere else.
process.env["X_LOCAL_OBSERVABILITY"] = "false";

export const WEBHOOK_KEY = "test-webhook-key";
export const OPERATOR_KEY = "test-operator-key";

export const secrets = {
  INTERNAL_KEY_BINDING: "test-internal-key",
  WEBHOOK_API_KEY_BINDING: WEBHOOK_KEY,
  OPERATOR_KEY_BINDING: OPERATOR_KEY,
  TG_BOT_TOKEN_BINDING: "",
  TELEGRAM_CHAT_ID_DEFAULT: "",
  TELEGRAM_WEBHOOK_SECRET: "test-telegram-secret",
};

type HarnessOptions = NonNullable<Parameters<typeof createTestHarness>[0]>;
type WorkerInput = NonNullable<HarnessOptions["workers"]>[number];

export interface MeshOptions {
  /** Configurations used instead of a Worker's own: how a test breaks one on purpose. */
  replace?: Partial<Record<Worker, { configPath: string }>>;
  vars?: Partial<Record<Worker, Record<string, string>>>;
  secrets?: Partial<Record<Worker, Record<string, string>>>;
  /** Further Workers, such as the bench's null Worker. */
  extra?: readonly WorkerInput[];
}

export interface Answer {
  status: number;
  headers: Headers;
  body: { requestId?: string; status?: string; error?: { code: string; message: string; hint?: string } };
  ms: number;
}

/** The real Workers from their real wrangler.jsonc on workerd. */
export class Mesh {
  readonly harness: TestHarness;
  readonly url: URL;
  /** Every value that must be found nowhere. */
  readonly #secrets: string[];

  readonly #deployed: Map<Worker, string>;

  private constructor(harness: TestHarness, url: URL, given: string[], deployed: Map<Worker, string>) {
    this.harness = harness;
    this.url = url;
    this.#secrets = given;
    this.#deployed = deployed;
  }

  static async start(options: MeshOptions = {}): Promise<Mesh> {
    // The first Worker gets the requests.
    const order = ["hoox", ...workers.filter((worker) => worker !== "hoox")] as const;
    const inputs = order.map((worker): WorkerInput => ({
      configPath: startedFrom(worker),
      vars: options.vars?.[worker] ?? {},
      secrets: { ...secrets, ...options.secrets?.[worker] },
      ...options.replace?.[worker],
    }));
    const harness = createTestHarness({ root: ROOT, workers: [...inputs, ...(options.extra ?? [])] });
    const { url } = await harness.listen();
    await harness.getWorker("d1-worker").applyD1Migrations("DB");
    const given = [secrets, ...Object.values(options.secrets ?? {})].flatMap((each) => Object.entries(each));
    const values = given.filter(([name, value]) => !name.includes("CHAT_ID") && value !== "").map(([, value]) => value);
    const deployed = new Map(
      workers.map((worker) => [worker, options.replace?.[worker]?.configPath ?? startedFrom(worker)]),
    );
    return new Mesh(harness, url, [...new Set(values)], deployed);
  }

  /** Ends it, and throws when a secret stands in anything that it wrote: so every system test watches over that. */
  async stop(): Promise<void> {
    let leaks: string[];
    try {
      leaks = leaksIn(await everythingWritten(this.harness), this.#secrets);
    } finally {
      await this.harness.close();
    }
    if (leaks.length > 0) throw new Error(`secrets were written down:\n${leaks.join("\n")}`);
  }

  /** Another version of a Worker takes over, its own when none is named; what is stored stays. */
  async deploy(worker: Worker, configPath = startedFrom(worker)): Promise<void> {
    await this.harness.update((current) => ({
      ...current,
      workers: current.workers?.map((each) =>
        "configPath" in each && each.configPath === this.#deployed.get(worker) ? { ...each, configPath } : each,
      ),
    }));
    this.#deployed.set(worker, configPath);
  }

  /** Workers with other secrets take over, as after each `secrets set`; what is stored stays. */
  async give(changed: Partial<Record<Worker, Record<string, string>>>): Promise<void> {
    const byPath = new Map(Object.entries(changed).map(([worker, values]) => [this.#pathOf(worker), values]));
    this.#secrets.push(
      ...[...byPath.values()].flatMap((each) => Object.values(each).flatMap((text) => text.split(","))),
    );
    await this.harness.update((current) => ({
      ...current,
      workers: current.workers?.map((each) =>
        "configPath" in each ? { ...each, secrets: { ...each.secrets, ...byPath.get(String(each.configPath)) } } : each,
      ),
    }));
  }

  #pathOf(name: string): string | undefined {
    return [...this.#deployed].find(([worker]) => worker === name)?.[1];
  }

  /** Posts an alert of strategy `default`; a string goes out as it is. */
  async alert(alert: Record<string, unknown> | string, headers: Record<string, string> = {}): Promise<Answer> {
    const body = typeof alert === "string" ? alert : JSON.stringify({ apiKey: WEBHOOK_KEY, ...alert });
    const started = performance.now();
    const response = await this.harness.fetch(new URL("/webhook", this.url).href, { method: "POST", body, headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: new Headers([...response.headers]),
      body: text.startsWith("{") ? JSON.parse(text) : {},
      ms: performance.now() - started,
    };
  }

  /** Posts an alert and answers its requestId; throws unless it was accepted. */
  async accepted(alert: Record<string, unknown>): Promise<string> {
    const answer = await this.alert(alert);
    if (answer.status !== 202 || !answer.body.requestId)
      throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
    return answer.body.requestId;
  }

  /** A call of the operator API; throws with the API's words when it refuses. */
  async ops<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.harness.fetch(new URL(path, this.url).href, {
      method,
      headers: { authorization: `Bearer ${OPERATOR_KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    // The caller names what the route row promises.
    return JSON.parse(text) as T;
  }

  async rows(sql: string): Promise<Record<string, string | number | null>[]> {
    return (await this.ops<{ rows: Record<string, string | number | null>[] }>("POST", "/ops/db/query", { sql })).rows;
  }

  /** A Worker's live bindings. */
  async env<Env>(worker: Worker): Promise<Env> {
    // The bindings are those of the Worker's wrangler.jsonc; the test names the ones that it uses.
    return (await this.harness.getWorker(worker).getEnv()) as Env;
  }
}

/** What has not come soon is asked for less often: the questions of five files at once kept half a core busy. */
const PAUSES = { firstMs: 60, growth: 1.4, longestMs: 300 };

/** Asks until the answer is truthy; fails with the last answer or error after the time-out. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  options: { timeoutMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + (options.timeoutMs ?? 20_000);
  for (let pauseMs = PAUSES.firstMs; ; pauseMs = Math.min(pauseMs * PAUSES.growth, PAUSES.longestMs)) {
    let last: unknown;
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}; last: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? pauseMs));
  }
}

export function fixtureWorker(name: string): string {
  return join(ROOT, "tooling/system/workers", name);
}
