import { workers, type Worker } from "#contracts/ids";
import { valuesOf } from "#contracts/secret-proof";
import { idle, wellStatus } from "../../cli/testing/samples.ts";
import { provenBy, type Secrets } from "../../cli/testing/secret-workers.ts";
import type { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";
import { current } from "../../fakes/cloudflare/state.ts";
import type { Wanted } from "../../deploy/wanted.ts";

const MONITOR = "ops-worker";

/** The mesh of a fake account, as far as its health follows from what the account has. */
export class MeshBehind {
  /** What stands in for the ledgers' own word. */
  ledgers: (Omit<(typeof wellStatus)["ledgers"][number], "positions"> & { positions: object[] })[] =
    wellStatus.ledgers.map((each) => ({ ...each, positions: [] }));
  /** Values that the Workers still read though the account has others; they pass with time. */
  readonly stale = new Map<string, { value: string | undefined; until: Date }>();
  deadLetters = 0;
  /** What it was told to write down of queues. */
  readonly queueChanges: unknown[] = [];
  problems: string[] = [];
  killSwitch: object = idle;
  /** A Worker that answers, and is not well by its own word. */
  ill: Worker | undefined;
  /** The version of ops-worker whose cron is stuck. */
  #stuck: string | undefined;
  readonly #fake: FakeCloudflare;
  readonly #wanted: Wanted;
  readonly #now: () => Date;

  constructor(of: { fake: FakeCloudflare; wanted: Wanted; now: () => Date }) {
    const { fake, wanted, now } = of;
    this.#fake = fake;
    this.#wanted = wanted;
    this.#now = now;
    fake.workersDev.serve("hoox", (request) => this.#answer(request));
  }

  /** The crons' minute: ops-worker writes down that it ran. */
  async tick(): Promise<void> {
    const script = this.#fake.state.scripts.get(MONITOR);
    const runs = script?.crons.includes("* * * * *") === true && this.#versionOf(MONITOR) !== this.#stuck;
    if (runs)
      this.#rows(`INSERT INTO pulses (worker, created_at) VALUES ('${MONITOR}', '${this.#now().toISOString()}')
      ON CONFLICT (worker) DO UPDATE SET created_at = excluded.created_at`);
  }

  /** The cron of what is deployed now never runs again. */
  stopMonitor(): void {
    this.#stuck = this.#versionOf(MONITOR);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    await this.tick();
    if (pathname === "/health") return Response.json(this.#healthOf("hoox"));
    if (!this.#isThere(MONITOR)) return refused(502, "worker_missing", "ops-worker is not deployed");
    const given = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const operators = valuesOf(this.#fake.secret(MONITOR, "OPERATOR_KEY_BINDING") ?? "");
    if (!operators.includes(given)) return refused(401, "wrong_operator_key", "wrong operator key");
    if (pathname === "/ops/secrets") return Response.json(await this.#proofs(searchParams.get("names") ?? ""));
    const keys = ["hoox", MONITOR].map((worker) => this.#fake.secret(worker, "INTERNAL_KEY_BINDING"));
    if (keys[0] === undefined || keys[0] !== keys[1]) {
      return refused(502, "internal_key_mismatch", "ops-worker refused the gateway: their internal keys differ");
    }
    return this.#operate(pathname, request);
  }

  async #operate(pathname: string, request: Request): Promise<Response> {
    switch (pathname) {
      case "/ops/health":
        return Response.json({ workers: this.#others().map((each) => this.#healthOf(each)) });
      case "/ops/status":
        return Response.json(this.#status());
      case "/ops/queues":
        return Response.json({ queues: this.#queues() });
      case "/ops/queues/changes":
        this.queueChanges.push(await request.json());
        return Response.json({});
      case "/ops/config":
        return this.#config();
      case "/ops/db/query": {
        const { sql } = (await request.json()) as { sql: string };
        const rows = this.#rows(sql);
        return rows === undefined
          ? refused(503, "database_failed", "d1-worker: D1_ERROR: no such table")
          : Response.json({ rows });
      }
      default:
        return refused(404, "not_found", `nothing at ${pathname}`);
    }
  }

  #others(): Worker[] {
    return workers.filter((each) => each !== "hoox" && this.#isThere(each));
  }

  #healthOf(worker: Worker): object {
    const needs = this.#wanted.workers.find(({ name }) => name === worker)?.needs ?? [];
    const own = worker === this.ill ? [{ name: "telegram", status: "failing", detail: "the bot was blocked" }] : [];
    const others = needs.map((name) =>
      this.#isThere(name)
        ? { name, status: "ok" }
        : { name, status: "not_deployed", detail: `${name} is not deployed` },
    );
    const dependencies = [...own, ...others];
    return { worker, status: "ok", version: this.#versionOf(worker) ?? "unknown", dependencies };
  }

  #status(): object {
    const database = { ...wellStatus.database, deadLettersOpen: this.deadLetters };
    return {
      ...wellStatus,
      killSwitch: { ...this.killSwitch, kv: [] },
      ledgers: this.ledgers,
      queues: this.#queues(),
      database,
      problems: this.problems,
    };
  }

  #queues(): object[] {
    return [...this.#fake.state.queues.values()].map(({ name, messages }) => ({
      queue: name,
      backlogCount: messages.length,
      backlogBytes: 0,
    }));
  }

  #config(): Response {
    const id = this.#bindingOf(MONITOR, "CONFIG")?.["namespace_id"];
    const namespace = this.#fake.state.namespaces.get(String(id));
    if (namespace === undefined) return refused(503, "config_failed", "ops-worker cannot read KV");
    const values = new Map([...namespace.values].map(([key, { value }]) => [key, value.toString("utf8")]));
    for (const [key, { value, until }] of this.stale) {
      if (until <= this.#now()) continue;
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    }
    return Response.json({ entries: [...values].map(([key, value]) => ({ key, value })) });
  }

  async #proofs(names: string): Promise<object> {
    const all = names.split(",");
    const of = (worker: Worker): Secrets =>
      Object.fromEntries(all.map((name) => [name, this.#fake.secret(worker, name) ?? ""]));
    const proven = await provenBy(of, all);
    const problem = (worker: string): string => `${worker} is not deployed; run: npx hoox deploy all`;
    return {
      ...proven,
      workers: proven.workers.map((each) =>
        this.#isThere(each.worker) ? each : { worker: each.worker, problem: problem(each.worker) },
      ),
    };
  }

  /** Through d1-worker's own binding, as the real one asks; undefined when that does not work. */
  #rows(sql: string): Record<string, unknown>[] | undefined {
    const database = this.#fake.state.databases.get(String(this.#bindingOf("d1-worker", "DB")?.["id"]));
    try {
      return database?.run([{ sql, params: [] }])[0]?.results;
    } catch {
      return undefined;
    }
  }

  #bindingOf(worker: string, name: string): Record<string, unknown> | undefined {
    const script = this.#fake.state.scripts.get(worker);
    return script && current(script)?.bindings.find((each) => each.name === name);
  }

  #isThere(worker: string): boolean {
    return this.#fake.state.scripts.has(worker);
  }

  #versionOf(worker: string): string | undefined {
    return this.#fake.state.scripts.get(worker)?.deployments.at(-1)?.versions[0]?.version_id;
  }
}

function refused(status: number, code: string, message: string): Response {
  const requestId = "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60";
  return Response.json({ requestId, error: { code, message } }, { status });
}
