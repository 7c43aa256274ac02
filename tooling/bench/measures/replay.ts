import { setTimeout as pause } from "node:timers/promises";
import { clientOrderId } from "#contracts/ids";
import type { ReplayJob } from "#contracts/replay";
import { until } from "../../system/mesh.ts";
import { bookedAfter } from "../at-rest.ts";
import { accepted, BenchMesh, newAlert, requestIdOf } from "../bench-mesh.ts";
import { failingMesh, withDeadLetters } from "../dead-letters.ts";
import type { Measure } from "../measure.ts";
import { percentile } from "../statistics.ts";

const BLOCKS = 8;
/** Between alerts: long enough for an order; a replay's records would never let everything drain. */
const BETWEEN_MS = 200;
/** What a round, and to let a replay go on, take at most on average: the letters must outlast the alerts beside them. */
const ROUND_MS = 300;
const RESUME_MS = 2_000;

/** As fast as the bar asks for, and as fast as a replay is unless it is told. */
export const replay = replayAt(100, { name: "replay", limit: 1.5 });
export const calmReplay = replayAt(20, { name: "calm-replay" });

/** Live alerts one at a time, in turn beside a replay and while it is paused: both meet the machine in the same moods. */
function replayAt(rate: number, { name, limit }: { name: string; limit?: number }): Measure {
  return {
    name,
    what: `how much slower a live alert becomes an order while ${rate} dead letters a second are replayed`,
    async run({ quick, progress }) {
      return BenchMesh.using(await failingMesh(), async (bench) => {
        const rounds = quick ? 3 : 25;
        await withDeadLetters(bench, Math.ceil((BLOCKS * (rounds * ROUND_MS + RESUME_MS) * rate) / 1_000));
        await alerts(bench, 5);
        const job = await Job.start(bench, rate);
        const [beside, without] = [new Map<string, number>(), new Map<string, number>()];
        let [sent, ms] = [0, 0];
        for (let block = 1; block <= BLOCKS; block += 1) {
          await job.resume();
          const from = { at: performance.now(), sent: (await job.look()).counts.sent };
          for (const [id, at] of await alerts(bench, rounds)) beside.set(id, at);
          const { counts } = await job.look();
          sent += counts.sent - from.sent;
          ms += performance.now() - from.at;
          await job.pause();
          for (const [id, at] of await alerts(bench, rounds)) without.set(id, at);
          progress(`beside a replay: ${block} of ${BLOCKS} blocks`);
        }
        if ((await job.look()).state === "done") throw new Error("the replay was over before the last alert");
        const waits = { beside: await bookedAfter(bench, beside), without: await bookedAfter(bench, without) };
        const [before, after] = [percentile(waits.without, 99), percentile(waits.beside, 99)];
        return [
          {
            name: `alert → order p99 beside ${rate} letters/s`,
            value: after / before,
            unit: "×",
            ...(limit === undefined ? {} : { bar: { limit, better: "lower" as const } }),
            samples: beside.size,
            note: `p50 ${percentile(waits.without, 50)} and p99 ${before} ms while it was paused, p50 ${percentile(waits.beside, 50)} and p99 ${after} ms beside it; a letter in ten is a signal, the others are records`,
          },
          { name: "letters replayed meanwhile", value: (sent * 1_000) / ms, unit: "/s", samples: sent },
        ];
      });
    },
  };
}

/** Alerts one after the other: when each was sent, by the id of its order. */
async function alerts(bench: BenchMesh, rounds: number): Promise<Map<string, number>> {
  const webhook = bench.webhook(1);
  const sent = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const reply = accepted(await webhook.post(newAlert()));
    sent.set(clientOrderId({ requestId: requestIdOf(reply), leg: "e" }), reply.sentAt);
    await pause(BETWEEN_MS);
  }
  return sent;
}

class Job {
  readonly #bench: BenchMesh;
  readonly #id: string;

  private constructor(bench: BenchMesh, id: string) {
    this.#bench = bench;
    this.#id = id;
  }

  /** Past its first letters, and paused. */
  static async start(bench: BenchMesh, rate: number): Promise<Job> {
    const body = { all: true, rate };
    const { replay: created } = await bench.mesh.ops<{ replay: ReplayJob }>("POST", "/ops/replays", body);
    const job = new Job(bench, created.id);
    await until("the replay is past its first letters", async () => (await job.look()).state === "running", {
      timeoutMs: 60_000,
    });
    await job.pause();
    return job;
  }

  async look(): Promise<ReplayJob> {
    return (await this.#bench.mesh.ops<{ replay: ReplayJob }>("GET", `/ops/replays/${this.#id}`)).replay;
  }

  async resume(): Promise<void> {
    const { sent } = (await this.look()).counts;
    await this.#change("resume");
    await until("the replay goes on", async () => (await this.look()).counts.sent > sent);
  }

  /** Answers when what it had sent has ended, too. */
  async pause(): Promise<void> {
    await this.#change("pause");
    const underway = "SELECT count(*) AS n FROM dead_letters WHERE status = 'replayed'";
    await until("what was replayed has ended", async () => (await this.#bench.sql(underway))[0]?.["n"] === 0, {
      timeoutMs: 60_000,
    });
    await this.#bench.drained();
  }

  async #change(to: "pause" | "resume"): Promise<void> {
    await this.#bench.mesh.ops("POST", `/ops/replays/${this.#id}/${to}`, { reason: "measuring" });
  }
}
