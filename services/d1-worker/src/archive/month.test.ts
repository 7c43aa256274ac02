import { expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { testDeps } from "../testing/deps.ts";
import { fillIn } from "../testing/fill-in.ts";
import { archiveOld } from "./archive-old.ts";

const HOUR_MS = 3_600_000;
const DAYS = 30;
const ROWS_AN_HOUR = 4;
/** Rows come in an hour of four, and are archived twice a day. */
const BETWEEN_HOURS = 4;
const EVERY_HOURS = 12;
const KEPT_DAYS = 2;
const TABLES = ["system_logs", "queue_samples", "signals", "orders", "fills", "notifications", "acknowledgements"];

it("over a month the database stays as big as its retention, however long it runs", async () => {
  const d1 = FakeD1.migrated();
  const deps = testDeps({ d1, queues: { NOTIFICATIONS_QUEUE: new FakeQueue() } });
  deps.retention = {
    logs: KEPT_DAYS,
    samples: KEPT_DAYS,
    records: KEPT_DAYS,
    letters: KEPT_DAYS,
    signals: KEPT_DAYS,
  };
  const start = deps.now().getTime();
  const sizes: number[] = [];
  for (let hour = 0; hour < DAYS * 24; hour += BETWEEN_HOURS) {
    for (let n = 0; n < ROWS_AN_HOUR; n += 1)
      fillIn(d1, new Date(start + hour * HOUR_MS + n * 60_000).toISOString(), n);
    // Letters that nobody has seen to are no business of the archive's.
    d1.sqlite.exec("UPDATE dead_letters SET status = 'discarded' WHERE status = 'open'");
    deps.pass(BETWEEN_HOURS * HOUR_MS);
    // What a run may move is far more than comes in its hours.
    if (hour % EVERY_HOURS === 0) await archiveOld(deps.now(), deps);
    if (hour % 24 === 0) sizes.push(deps.database.sizeBytes() ?? 0);
  }

  const settled = sizes.slice(KEPT_DAYS + 1);
  // SQLite keeps the pages that were freed and fills them again; its trees are now and then a page deeper.
  expect(Math.max(...settled) / Math.min(...settled)).toBeLessThan(1.1);
  for (const table of [...TABLES, "dead_letters"]) {
    const [{ n } = { n: 0 }] = d1.rows(`SELECT count(*) AS n FROM ${table}`);
    const perHour = table === "notifications" ? 2 * ROWS_AN_HOUR : ROWS_AN_HOUR;
    expect({ table, rows: Number(n) <= ((KEPT_DAYS * 24 + EVERY_HOURS) / BETWEEN_HOURS + 1) * perHour }).toEqual({
      table,
      rows: true,
    });
  }
  expect(deps.archive.parts.size).toBeGreaterThanOrEqual((DAYS - KEPT_DAYS - 1) * (24 / BETWEEN_HOURS) * 2);
}, 60_000);
