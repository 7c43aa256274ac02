import { OPERATOR_KEY } from "../../system/mesh.ts";
import { BenchMesh } from "../bench-mesh.ts";
import type { Context, Measure } from "../measure.ts";
import { percentile } from "../statistics.ts";

const ROWS = 1_000_000;
const LINES_PER_REQUEST = 20;
const CHUNK = 100_000;
const note = `${ROWS.toLocaleString("en-GB")} rows in system_logs, ${LINES_PER_REQUEST} to a request, scattered in time; random requestIds through the gateway, ops-worker and d1-worker with the operator key`;

export const trace: Measure = {
  name: "trace",
  what: "a trace by requestId with a million log rows",
  async run(context) {
    const traces = context.quick ? 30 : 200;
    return BenchMesh.using({}, async (bench) => {
      await fill(bench, context);
      for (let index = 0; index < 5; index += 1) await askTrace(bench, requestIdOf(index));
      const times: number[] = [];
      const requests = ROWS / LINES_PER_REQUEST;
      for (let index = 0; index < traces; index += 1) {
        // A prime stride visits the table as randomly as it needs to.
        times.push(await askTrace(bench, requestIdOf((index * 7_919) % requests)));
      }
      return [
        {
          name: "p50",
          value: percentile(times, 50),
          unit: "ms",
          bar: { limit: 50, better: "lower" },
          samples: traces,
          note,
        },
        { name: "p99", value: percentile(times, 99), unit: "ms", samples: traces },
      ];
    });
  },
};

/** A UUIDv4 from a number, the same in SQL and here. */
function requestIdOf(request: number): string {
  return `00000000-0000-4000-8000-${request.toString(16).padStart(12, "0")}`;
}

/** Lines of one request lie `ROWS / LINES_PER_REQUEST` rows apart, which is unkinder than life. */
async function fill(bench: BenchMesh, { progress }: Context): Promise<void> {
  const requests = ROWS / LINES_PER_REQUEST;
  for (let from = 0; from < ROWS; from += CHUNK) {
    await bench.sql(
      `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
       WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${from + CHUNK})
       SELECT printf('line-%d', i), printf('00000000-0000-4000-8000-%012x', i % ${requests}),
         strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i, 'unixepoch'), 'trade-worker', 'info', 'order.placed',
         'placed buy 0.01 BTCUSDT for main:paper', '{"ledger":"main:paper","symbol":"BTCUSDT","attempt":1}'
       FROM n`,
    );
    progress(`trace: ${(from + CHUNK).toLocaleString("en-GB")} rows written`);
  }
}

async function askTrace(bench: BenchMesh, requestId: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(new URL(`/ops/traces/${requestId}`, bench.mesh.url), {
    headers: { authorization: `Bearer ${OPERATOR_KEY}` },
  });
  const text = await response.text();
  const ms = performance.now() - started;
  if (!response.ok) throw new Error(`a trace was answered ${response.status}: ${text.slice(0, 300)}`);
  const found: { logs: unknown[] } = JSON.parse(text);
  if (found.logs.length !== LINES_PER_REQUEST)
    throw new Error(`a trace has ${found.logs.length} lines, not ${LINES_PER_REQUEST}`);
  return ms;
}
