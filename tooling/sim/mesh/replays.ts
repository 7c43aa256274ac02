import { opsRoutes } from "#contracts/routes/ops";
import { HttpError } from "#runtime/http-error";
import type { LogBuffer } from "#runtime/log";
import { createDeps, type OpsDeps } from "../../../services/ops-worker/src/deps.ts";
import { createReplay } from "../../../services/ops-worker/src/handlers/replays.ts";
import { reopenLost } from "../../../services/ops-worker/src/replays/lost.ts";
import type { ReplayJobsRpc } from "../../../services/ops-worker/src/replays/ports.ts";
import { createReplayHost, type ReplayHost } from "../../../services/ops-worker/src/replays/replay-host.ts";
import type { ItemRow, JobRow } from "../../../services/ops-worker/src/replays/schema.ts";
import { SimObject } from "../durable-object.ts";
import type { PlannedReplay } from "../operators.ts";
import { Isolate } from "../process.ts";
import { Random } from "../../fakes/random.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";
import type { SimD1 } from "./database.ts";
import { SqlitePool, type SimSqlite } from "./sqlite.ts";

/** How often, and how long apart, an operator looks for letters and says it again when the mesh did not take it. */
const TRIES = 10;
const AGAIN_MS = 5_000;

const pool = new SqlitePool((table) => (table === "meta" ? "key = 'schema'" : undefined));

/** Replays as ops-worker does them: its own handler, its own object with its alarm, over simulated bindings. */
export class Replays {
  readonly #world: World;
  readonly #database: SimD1;
  readonly #sql: SimSqlite = pool.borrow();
  readonly #object: SimObject<{ host: ReplayHost; buffer: LogBuffer }>;
  readonly #ops: Isolate<{ ops: OpsDeps; buffer: LogBuffer }>;
  #asking = 0;

  constructor(world: World, of: { bindings: object; database: SimD1 }) {
    const { bindings } = of;
    this.#world = world;
    this.#database = of.database;
    this.#ops = new Isolate({
      name: "ops-worker",
      skewMs: skewOf(world, "ops-worker"),
      build: () => createDeps(bindings),
    });
    this.#object = new SimObject(world, {
      name: "replays",
      skewMs: skewOf(world, "replays"),
      // services/ops-worker/src/replays/replay-jobs.ts
      build: (alarm) => {
        const { ops, buffer } = createDeps(bindings);
        return { host: createReplayHost({ sql: this.#sql, deps: ops, setAlarm: (at) => alarm.set(at) }), buffer };
      },
      alarm: async ({ host, buffer }) => {
        await host.alarm();
        await buffer.flush();
      },
    });
  }

  /** An operator: once there are letters, `POST /ops/replays`, again while the mesh cannot take it. */
  start(plan: PlannedReplay, tries = TRIES): void {
    this.#asking += 1;
    void (async () => {
      const status = this.#hasLetters() ? await this.#post(plan) : 404;
      this.#asking -= 1;
      if (status < 404 || status === 409 || tries <= 1) return;
      this.#asking += 1;
      this.#world.plan(AGAIN_MS, () => {
        this.#asking -= 1;
        this.start(plan, tries - 1);
      });
    })();
  }

  #hasLetters(): boolean {
    const open = `SELECT 1 FROM dead_letters WHERE status = 'open' AND class <> 'undecodable' LIMIT 1`;
    return this.#database.rows(open).length > 0;
  }

  async #post({ id, force, rate }: PlannedReplay): Promise<number> {
    const said = { id: new Random(this.#world.seed, id).uuid(), all: true, rate, force, reason: "the bug is fixed" };
    const body = opsRoutes.createReplay.body.parse(said);
    const { answer, over } = this.#world.invoke(this.#ops, "ops-worker POST /ops/replays", async () => {
      const { ops, buffer } = this.#ops.state;
      try {
        await createReplay({ requestId: crypto.randomUUID(), params: {}, query: {}, body }, ops);
        return 200;
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        this.#world.log(() => `operator: ${id} ${error.status} ${error.message}`);
        return error.status;
      } finally {
        await buffer.flush();
      }
    });
    const status = await answer.catch(() => 500);
    await over;
    return status;
  }

  /** What the minute's cron does for replays and their letters. */
  everyMinute(): void {
    this.#world.invoke(this.#ops, "ops-worker cron of replays", async () => {
      const { ops, buffer } = this.#ops.state;
      await Promise.allSettled([reopenLost(ops.now(), ops), ops.replays().poke()]);
      await buffer.flush();
    });
  }

  stub(): ReplayJobsRpc {
    const call = <T>(method: string, run: (host: ReplayHost) => Promise<T>): Promise<T> =>
      this.#object.call(`replays.${method}`, method, ({ host }) => run(host));
    return {
      rememberPlan: (request) => call("rememberPlan", (host) => host.rememberPlan(request)),
      plan: (request) => call("plan", (host) => host.plan(request)),
      create: (request) => call("create", (host) => host.create(request)),
      list: (request) => call("list", (host) => host.list(request)),
      show: (request) => call("show", (host) => host.show(request)),
      change: (request) => call("change", (host) => host.change(request)),
      poke: () => call("poke", (host) => host.poke()),
    };
  }

  /** Every job with its letters, as they stand in its storage. */
  get jobs(): { job: JobRow; items: ItemRow[] }[] {
    // Without a call there are no tables.
    if (this.#sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'jobs'`).length === 0) return [];
    return this.#sql.exec<JobRow>(`SELECT * FROM jobs ORDER BY seq`).map((job) => ({
      job,
      items: this.#sql.exec<ItemRow>(`SELECT * FROM items WHERE job = ? ORDER BY position`, job.seq),
    }));
  }

  /** What is still to come, in words. */
  get unfinished(): string[] {
    const going = this.jobs.filter(
      ({ job: { state, tidied } }) => state !== "done" && (tidied === 0 || !["stopped", "cancelled"].includes(state)),
    );
    const asking = this.#asking > 0 ? ["an operator goes on asking for a replay"] : [];
    return [...asking, ...going.map(({ job }) => `replay ${job.id} is ${job.state}, ${job.waiting_for ?? ""}`)];
  }

  close(): void {
    pool.giveBack(this.#sql);
  }
}
