import { until } from "../../system/mesh.ts";
import { BenchMesh, benchWorker } from "../bench-mesh.ts";
import type { Measure } from "../measure.ts";
import { median } from "../statistics.ts";

const LINES_PER_MESSAGE = 20;
const BATCH = 100;
const note = `log.batch messages of ${LINES_PER_MESSAGE} lines (about 5 KB), packed beforehand by a Worker of the mesh; from its first send until the rows are visible; median of the floods`;

export const logs: Measure = {
  name: "logs",
  what: "log rows a second through d1-worker",
  async run({ quick, progress }) {
    const floods = quick ? 1 : 3;
    const messages = quick ? 20 * BATCH : 50 * BATCH;
    return BenchMesh.using({ extra: [benchWorker("log-flood")] }, async (bench) => {
      const rates: number[] = [];
      await rateOf(bench, 10 * BATCH);
      for (let index = 0; index < floods; index += 1) {
        const rate = await rateOf(bench, messages);
        rates.push(rate);
        progress(`logs: flood ${index + 1} of ${floods}: ${rate.toFixed(0)} rows/s`);
      }
      const samples = floods * messages * LINES_PER_MESSAGE;
      return [
        {
          name: "rows visible",
          value: median(rates),
          unit: "rows/s",
          bar: { limit: 20_000, better: "higher" },
          samples,
          note,
        },
      ];
    });
  },
};

/** Rows a second of one flood, which is stored to the last row when this returns. */
async function rateOf(bench: BenchMesh, messages: number): Promise<number> {
  const before = await lastCursor(bench);
  const visible = async (rows: number): Promise<boolean> => (await lastCursor(bench)) - before >= rows;
  const rows = messages * LINES_PER_MESSAGE;
  // One batch more than is counted: a full one goes out at once, the rest waits for its time-out.
  await flood(bench, "/prepare", { messages: messages + BATCH, linesPerMessage: LINES_PER_MESSAGE });
  const started = performance.now();
  const flooding = flood(bench, "/send", {});
  await until("the flood's rows are visible", () => visible(rows), { timeoutMs: 120_000, everyMs: 20 });
  const rate = (1_000 * rows) / (performance.now() - started);
  await flooding;
  await until("the last batch is stored", () => visible(rows + BATCH * LINES_PER_MESSAGE));
  return rate;
}

async function flood(bench: BenchMesh, path: string, of: Record<string, number>): Promise<void> {
  const response = await bench.mesh.harness
    .getWorker("log-flood")
    .fetch(path, { method: "POST", body: JSON.stringify(of) });
  if (!response.ok) throw new Error(`${path} of the flood failed: ${response.status} ${await response.text()}`);
}

/** The cursor counts up without gaps as long as nobody writes a line twice. */
async function lastCursor(bench: BenchMesh): Promise<number> {
  const [row] = await bench.sql("SELECT max(cursor) AS last FROM system_logs");
  return Number(row?.["last"] ?? 0);
}
