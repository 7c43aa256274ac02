import { expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { lineIdFrom } from "#contracts/log";
import { testDeps } from "../testing/deps.ts";
import { archiveOld } from "./archive-old.ts";

const HOUR_MS = 3_600_000;
const DAYS = 30;
const LINES_AN_HOUR = 10;
const KEPT_DAYS = 2;

it("over a month the database stays as big as its retention, however long it runs", async () => {
  const d1 = FakeD1.migrated();
  const deps = testDeps({ d1, queues: {} });
  deps.retention = { ...deps.retention, logs: KEPT_DAYS, samples: KEPT_DAYS };
  const start = deps.now().getTime();
  const log = d1.sqlite.prepare(
    `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
     VALUES (?, 'r', ?, 'hoox', 'info', 'e', ?, '{}')`,
  );
  const sample = d1.sqlite.prepare(
    "INSERT INTO queue_samples (queue, created_at, backlog_count, backlog_bytes) VALUES ('records', ?, 0, 0)",
  );
  const sizes: number[] = [];
  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    for (let line = 0; line < LINES_AN_HOUR; line += 1) {
      const at = new Date(start + hour * HOUR_MS + line * 60_000);
      log.run(`${lineIdFrom(at)}-${line}`, at.toISOString(), "x".repeat(200));
      sample.run(at.toISOString());
    }
    deps.pass(HOUR_MS);
    if (hour % 6 === 5) await archiveOld(deps.now(), deps);
    if (hour % 24 === 23) sizes.push(deps.database.sizeBytes() ?? 0);
  }
  const settled = sizes.slice(KEPT_DAYS + 1);

  // SQLite keeps the pages that were freed and fills them again; its trees are now and then a page deeper.
  expect(Math.max(...settled) / Math.min(...settled)).toBeLessThan(1.06);
  const [{ n } = { n: 0 }] = d1.rows("SELECT count(*) AS n FROM system_logs");
  expect(n).toBeLessThanOrEqual((KEPT_DAYS * 24 + 7) * LINES_AN_HOUR);
  expect(deps.archive.parts.size).toBeGreaterThanOrEqual((DAYS - KEPT_DAYS - 1) * 24 * 2);
}, 60_000);
