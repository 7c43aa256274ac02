import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { workers, type Worker } from "#contracts/ids";
import type { MeshStatus } from "#contracts/routes/ops";
import { ROOT } from "../../sync/paths.ts";
import { secrets } from "../../system/mesh.ts";
import { variantOf } from "../../system/variant.ts";
import { accepted, BenchMesh, benchWorker, newAlert } from "../bench-mesh.ts";
import type { Figure, Measure } from "../measure.ts";
import { dollarsPerMillion, type Billed } from "../prices.ts";
import { sum } from "../statistics.ts";
import { bytesOf, GROWING_TABLES } from "../table-sizes.ts";
import type { Counts } from "../tally.ts";

/** Longer than the longest wait of a queue, so that silence means that nothing is under way. */
const SILENCE_MS = 7_000;
const note =
  "counted by a streaming tail Worker from workerd's own events, one alert at a time: batches are not shared, so a burst costs less. Queue operations are 3 per delivered message; queue batches count as Worker requests, calls through service bindings do not; setAlarm is one row. Not in it: CPU time, Durable Object duration, storage, the monitor's cron";

const labels: Record<Billed, string> = {
  workerRequests: "Worker requests",
  queueOperations: "queue operations",
  durableObjectRequests: "Durable Object requests",
  rowsWritten: "rows written (D1 and ledger)",
  kvReads: "KV reads",
};

export const cost: Measure = {
  name: "cost",
  what: "billable operations of one alert",
  async run({ quick, progress }) {
    const alerts = quick ? 10 : 50;
    const replace = Object.fromEntries(
      await Promise.all(workers.map(async (worker) => [worker, await tailed(worker)] as const)),
    );
    return BenchMesh.using({ replace, extra: [benchWorker("tail")] }, async (bench) => {
      const webhook = bench.webhook(1);
      const one = async (): Promise<void> => {
        accepted(await webhook.post(newAlert()));
        await bench.drained();
      };
      for (let index = 0; index < 3; index += 1) await one();
      await silence(bench);
      await counted(bench, "DELETE");
      const sizeBefore = await databaseBytes(bench);
      for (let index = 0; index < alerts; index += 1) {
        await one();
        if (index % 20 === 19) progress(`cost: ${index + 1} of ${alerts} alerts`);
      }
      await silence(bench);
      const grown = (await databaseBytes(bench)) - sizeBefore;
      const size: Figure = { name: "database grows by", value: grown / alerts, unit: " B", samples: alerts };
      return [...figuresOf(await counted(bench, "GET"), alerts, progress), size, ...(await tableSizes(bench))];
    });
  },
};

/** By table, of all alerts of this mesh: its rows put into a database of their own. */
async function tableSizes(bench: BenchMesh): Promise<Figure[]> {
  const [{ n } = { n: 0 }] = await bench.sql("SELECT count(*) AS n FROM signals");
  const samples = Number(n);
  return Promise.all(
    GROWING_TABLES.map(async (table): Promise<Figure> => {
      const rows = await bench.sql(`SELECT * FROM ${table}`);
      return { name: `of it ${table}`, value: bytesOf(table, rows) / samples, unit: " B", samples };
    }),
  );
}

/** Whole pages: enough alerts make the difference fair. */
async function databaseBytes(bench: BenchMesh): Promise<number> {
  const { database } = await bench.mesh.ops<MeshStatus>("GET", "/ops/status");
  return database?.sizeBytes ?? Number.NaN;
}

async function tailed(worker: Worker) {
  const change: Record<string, unknown> = { streaming_tail_consumers: [{ service: "bench-tail" }] };
  if (worker === "d1-worker") {
    const database = {
      binding: "DB",
      database_name: "hoox",
      database_id: "hoox",
      migrations_dir: join(ROOT, "migrations"),
    };
    change["d1_databases"] = [database];
  }
  return { ...(await variantOf(worker, change)), secrets };
}

function figuresOf(counts: Counts, alerts: number, progress: (text: string) => void): Figure[] {
  const entries = Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));
  for (const [name, count] of entries) progress(`cost: ${(count / alerts).toFixed(2)} ${name}`);
  const kinds: readonly Billed[] = [
    "workerRequests",
    "queueOperations",
    "durableObjectRequests",
    "rowsWritten",
    "kvReads",
  ];
  const figures = kinds.map((kind) => {
    const total = sum(entries.filter(([name]) => name.split(" ")[0] === kind).map(([, count]) => count));
    return { kind, value: total / alerts };
  });
  const dollars = sum(figures.map(({ kind, value }) => value * dollarsPerMillion[kind]));
  return [
    ...figures.map(({ kind, value }) => ({
      name: `${labels[kind]} per alert`,
      value,
      unit: "",
      samples: alerts,
      note,
    })),
    { name: "a million alerts", value: dollars, unit: "$", samples: alerts, note },
  ];
}

async function counted(bench: BenchMesh, method: "GET" | "DELETE"): Promise<Counts> {
  const response = await bench.mesh.harness.getWorker("bench-tail").fetch("/", { method });
  // The Worker answers its counters and nothing else.
  return (await response.json()) as Counts;
}

/** Until nothing has happened for longer than any queue waits. */
async function silence(bench: BenchMesh): Promise<void> {
  for (let before = "", now = "start"; before !== now;) {
    before = now;
    await pause(SILENCE_MS);
    now = JSON.stringify(await counted(bench, "GET"));
  }
}
