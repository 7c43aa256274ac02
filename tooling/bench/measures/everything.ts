import { accepted, BenchMesh, newAlert, symbolOf } from "../bench-mesh.ts";
import { closedLoop } from "../load.ts";
import type { Measure } from "../measure.ts";
import { median, percentile } from "../statistics.ts";

const CONNECTIONS = 16;
const rateNote =
  "alerts of a burst over 16 lanes, divided by the time from its first request until the ledger has every signal ended and every record and notification confirmed; median of the bursts";
const ackNote =
  "99th percentile of a burst's acknowledgements, everything else running on the same cores; median of the bursts";

export const everything: Measure = {
  name: "everything",
  what: "the whole mesh at 16 connections, from alert to confirmed row",
  async run({ quick, progress }) {
    const bursts = quick ? 1 : 3;
    const size = quick ? 400 : 1_000;
    // On a slow day a burst takes longer than an entry is valid, and what expires is not executed.
    const vars = { "ledger-worker": { ENTRY_VALIDITY_SECONDS: "3600" } };
    return BenchMesh.using({ vars }, async (bench) => {
      const rates: number[] = [];
      const slowest: number[] = [];
      const acknowledged: number[] = [];
      const burst = async (count: number): Promise<void> => {
        const body = (connection: number): string => newAlert(symbolOf(connection));
        const started = performance.now();
        const { replies, seconds } = await closedLoop(bench.webhook(CONNECTIONS), {
          connections: CONNECTIONS,
          body,
          more: (sent) => sent < count,
        });
        replies.forEach(accepted);
        await bench.drained({ timeoutMs: 120_000, everyMs: 100 });
        rates.push((1_000 * count) / (performance.now() - started));
        slowest.push(
          percentile(
            replies.map((reply) => reply.ms),
            99,
          ),
        );
        acknowledged.push(count / seconds);
        bench.mesh.harness.clearLogs();
      };
      await burst(100);
      for (const list of [rates, slowest, acknowledged]) list.length = 0;
      for (let index = 0; index < bursts; index += 1) {
        await burst(size);
        progress(
          `everything: burst ${index + 1} of ${bursts}: ${rates.at(-1)?.toFixed(0)} alerts/s, p99 ${slowest.at(-1)?.toFixed(0)} ms`,
        );
      }
      await requireRows(bench, 100 + bursts * size);
      return [
        {
          name: "alert → confirmed row",
          value: median(rates),
          unit: "alerts/s",
          bar: { limit: 120, better: "higher" },
          samples: bursts * size,
          note: rateNote,
        },
        {
          name: "acknowledgement p99",
          value: median(slowest),
          unit: "ms",
          bar: { limit: 500, better: "lower" },
          samples: bursts * size,
          note: ackNote,
        },
        { name: "acknowledged", value: median(acknowledged), unit: "alerts/s", samples: bursts * size },
      ];
    });
  },
};

/** A burst that expired or was refused would be fast and mean nothing. */
async function requireRows(bench: BenchMesh, filled: number): Promise<void> {
  const rows = await bench.sql("SELECT outcome, count(*) AS n FROM signals GROUP BY outcome");
  const found = rows.map((row) => `${row["n"]} ${row["outcome"]}`).join(", ");
  if (found !== `${filled} filled`) throw new Error(`expected ${filled} filled signals, found ${found}`);
}
