import { lineIdFrom } from "#contracts/log";
import { BenchMesh } from "../bench-mesh.ts";
import type { Measure } from "../measure.ts";

const HOUR_MS = 3_600_000;
const ROWS_AN_HOUR = 8_000;
const AGE_MS = 20 * 24 * HOUR_MS;

export const archive: Measure = {
  name: "archive",
  what: "log rows a second from the database into R2, verified and deleted",
  async run({ quick, progress }) {
    const hours = quick ? 2 : 12;
    return BenchMesh.using({}, async (bench) => {
      const first = Math.floor((Date.now() - AGE_MS) / HOUR_MS) * HOUR_MS;
      for (let hour = 0; hour < hours; hour += 1) {
        const at = new Date(first + hour * HOUR_MS);
        await bench.sql(
          `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
           WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${ROWS_AN_HOUR})
           SELECT printf('${lineIdFrom(at)}-%06d', i), printf('00000000-0000-4000-8000-%012x', i % 400), '${at.toISOString()}',
             'trade-worker', 'info', 'order.placed', 'placed buy 0.01 BTCUSDT for main:paper',
             '{"ledger":"main:paper","symbol":"BTCUSDT","attempt":1}' FROM n`,
        );
      }
      progress(`archive: ${hours * ROWS_AN_HOUR} old rows written`);
      const started = performance.now();
      await bench.mesh.harness.getWorker("d1-worker").scheduled({ cron: "17 * * * *", scheduledTime: new Date() });
      const seconds = (performance.now() - started) / 1_000;
      const left = await bench.sql(
        `SELECT count(*) AS n FROM system_logs WHERE id < '${lineIdFrom(new Date(first + hours * HOUR_MS))}'`,
      );
      if (Number(left[0]?.["n"]) !== 0) throw new Error(`${String(left[0]?.["n"])} old rows were not archived`);
      const rows = hours * ROWS_AN_HOUR;
      return [{ name: "rows archived", value: rows / seconds, unit: "/s", samples: rows }];
    });
  },
};
