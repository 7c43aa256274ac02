import { describe, expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { decode } from "#contracts/codec";
import { registry } from "#queues/registry";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { fillIn } from "../testing/fill-in.ts";
import { archiveOld } from "./archive-old.ts";
import { unpack } from "./part.ts";
import { readArchivedRequest } from "./read.ts";

const NOW = new Date("2026-11-28T05:17:00.000Z");
const DAY = 86_400_000;
const daysAgo = (days: number, ms = 0): string => new Date(NOW.getTime() - days * DAY + ms).toISOString();

/** A database with rows of every kind, old and young; `count` of each kind and hour. */
function stored(
  count = 3,
  ages = [400, 91, 90.95, 15, 1, 0],
): { d1: FakeD1; deps: TestDeps; told: () => { id: string; title: string }[] } {
  const d1 = FakeD1.migrated();
  const notifications = new FakeQueue();
  const deps = testDeps({ d1, queues: { NOTIFICATIONS_QUEUE: notifications } });
  deps.pass(NOW.getTime() - deps.now().getTime());
  for (const days of ages) for (let n = 0; n < count; n += 1) fillIn(d1, daysAgo(days, n), n);
  const told = (): { id: string; title: string }[] =>
    notifications.sent.map((wire) => {
      const { id, data } = decode(registry.notifications.contracts, wire);
      return { id, title: data.title };
    });
  return { d1, deps, told };
}

const KEYS = {
  system_logs: "id",
  queue_samples: "queue || created_at",
  signals: "request_id",
  orders: "client_order_id",
  fills: "id",
  notifications: "id",
  acknowledgements: "notification_id",
  dead_letters: "id",
};

/** Each row of each table by table and key, from the database and from every part of the archive. */
async function everywhere(d1: FakeD1, deps: TestDeps): Promise<{ database: string[]; archive: string[] }> {
  const database = Object.entries(KEYS).flatMap(([table, key]) =>
    d1.rows(`SELECT ${key} AS key FROM ${table}`).map((row) => `${table} ${String(row["key"])}`),
  );
  const parts = await Promise.all([...deps.archive.parts.values()].map((bytes) => unpack(bytes)));
  const archive = parts
    .flat()
    .map(({ table, row }) => `${table} ${String(row["archived_key"]).replace(/^(q\d) /, "$1")}`);
  return { database, archive };
}

describe("the archive", () => {
  it("takes what is older than its retention, hour by hour, and leaves the rest", async () => {
    const { d1, deps } = stored();
    const before = await everywhere(d1, deps);
    await archiveOld(NOW, deps);
    const { database, archive } = await everywhere(d1, deps);

    expect([...database, ...archive].toSorted()).toEqual(before.database.toSorted());
    const left = (table: string): number => database.filter((each) => each.startsWith(`${table} `)).length;
    expect(Object.fromEntries(Object.keys(KEYS).map((table) => [table, left(table)]))).toEqual({
      system_logs: 6,
      queue_samples: 6,
      signals: 15,
      orders: 9,
      fills: 9,
      notifications: 18,
      acknowledgements: 9,
      // Three of old ones are open.
      dead_letters: 12,
    });
    const folders = new Set([...deps.archive.parts.keys()].map((key) => key.split("/").slice(1, 3).join("/")));
    expect([...folders].filter((folder) => folder.startsWith("logs/")).toSorted()).toEqual([
      "logs/2025-10-24T05",
      "logs/2026-08-29T05",
      "logs/2026-08-29T06",
      "logs/2026-11-13T05",
    ]);
  });

  it("killed after any of its steps, whose answer is lost, has every row once when it has run again", async () => {
    const [count, ages] = [2, [400]];
    const undisturbed = stored(count, ages);
    const steps = await run(undisturbed.deps, Infinity);
    expect(steps).toBeGreaterThan(30);
    const expected = (await everywhere(undisturbed.d1, undisturbed.deps)).archive.toSorted();

    for (let step = 1; step <= steps; step += 1) {
      const { d1, deps } = stored(count, ages);
      const all = (await everywhere(d1, deps)).database.toSorted();
      await expect(run(deps, step)).rejects.toThrow("killed");
      await archiveOld(new Date(NOW.getTime() + 60_000), deps, { rows: 2 });
      const { database, archive } = await everywhere(d1, deps);

      expect([...database, ...archive].toSorted(), `killed after step ${step}`).toEqual(all);
      expect(archive.toSorted(), `killed after step ${step}`).toEqual(expected);
    }
  }, 60_000);

  it("puts what comes late into a part of its own", async () => {
    const { d1, deps } = stored(1);
    await archiveOld(NOW, deps);
    fillIn(d1, daysAgo(15, 7), 7);
    await archiveOld(new Date(NOW.getTime() + 3_600_000), deps);

    const parts = [...deps.archive.parts.keys()].filter((key) => key.includes("logs/2026-11-13T05"));
    expect(parts.map((key) => key.slice(-16))).toEqual(["000001.ndjson.gz", "000002.ndjson.gz"]);
  });

  it("keeps a row that has changed since it was copied", async () => {
    const { d1, deps } = stored(1);
    const { putBytes } = deps.archive;
    const old = `${daysAgo(91)}-0`;
    deps.archive.putBytes = async (key, bytes) => {
      await putBytes(key, bytes);
      if (key.includes(`/records/${old.slice(0, 13)}/`))
        d1.sqlite.exec(`UPDATE orders SET rev = 2, status = 'working' WHERE client_order_id = '${old}'`);
    };
    await archiveOld(NOW, deps);

    expect(d1.rows(`SELECT status FROM orders WHERE client_order_id = '${old}'`)).toEqual([{ status: "working" }]);
  });

  it("shows of a row that was copied twice what it was last", async () => {
    const { d1, deps } = stored(1);
    const { putBytes } = deps.archive;
    const old = `${daysAgo(91)}-0`;
    deps.archive.putBytes = async (key, bytes) => {
      await putBytes(key, bytes);
      // An answer of Telegram that comes late.
      if (key.includes(`/records/${old.slice(0, 13)}/000001`))
        d1.sqlite.exec(`UPDATE notifications SET status = 'failed' WHERE id = '${old}'`);
    };
    await archiveOld(NOW, deps);
    const at = new Date(daysAgo(91));
    const { notifications } = await readArchivedRequest({ requestId: old, from: at, to: at }, deps);

    expect(d1.rows(`SELECT status FROM notifications WHERE id = '${old}'`)).toEqual([]);
    expect(notifications.map(({ id, status }) => [id, status])).toEqual([[old, "failed"]]);
  });

  it("moves the other kinds when one fails, and tells the chat once a day", async () => {
    const { d1, deps, told } = stored(1);
    const { putBytes } = deps.archive;
    deps.archive.putBytes = async (key, bytes) => {
      if (key.includes("/records/")) throw new Error("the bucket is away");
      await putBytes(key, bytes);
    };
    await archiveOld(NOW, deps);
    await archiveOld(new Date(NOW.getTime() + 3_600_000), deps);

    expect(d1.rows("SELECT count(*) AS n FROM system_logs")).toEqual([{ n: 2 }]);
    expect(new Set(told().map(({ id }) => id))).toEqual(new Set(["archive.failed/records/2026-11-28"]));
    expect(told()[0]?.title).toBe("The archive of records fails");
  });

  it("lets no kind wait for another that has more than a run may move", async () => {
    const { d1, deps } = stored(20, [400]);
    await archiveOld(NOW, deps, { parts: 14, rows: 10 });
    const left = (table: string): unknown => d1.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.["n"];

    expect([left("queue_samples"), left("system_logs")]).toEqual([0, 0]);
  });

  it("leaves what a request still has open", async () => {
    const { d1, deps } = stored(1);
    d1.sqlite.exec("UPDATE orders SET status = 'working'");
    await archiveOld(NOW, deps);

    const [{ n } = { n: 0 }] = d1.rows(`SELECT count(*) AS n FROM orders WHERE created_at > '${daysAgo(365)}'`);
    expect(n).toBe(5);
  });

  it("never writes over a part: of two runs at once one gives up, and no row is lost", async () => {
    const { d1, deps } = stored(2);
    const all = (await everywhere(d1, deps)).database.toSorted();
    const soon = new Date(NOW.getTime() + 1);
    await Promise.allSettled([archiveOld(NOW, deps, { rows: 1 }), archiveOld(soon, deps, { rows: 1 })]);
    await archiveOld(new Date(NOW.getTime() + 3_600_000), deps);
    const { database, archive } = await everywhere(d1, deps);

    expect([...new Set([...database, ...archive])].toSorted()).toEqual(all);
  });

  it("of a cron that fires twice runs once", async () => {
    const { deps } = stored(1);
    const [first, second] = await Promise.all([archiveOld(NOW, deps), archiveOld(NOW, deps)]);

    expect([first, second].toSorted((a, b) => a - b)[0]).toBe(0);
    expect(Math.max(first, second)).toBeGreaterThan(0);
  });

  it("goes on where it was when there is more than a run may do, and says so", async () => {
    const { d1, deps, told } = stored(3);
    const all = (await everywhere(d1, deps)).database.toSorted();
    for (let run_ = 0; run_ < 30; run_ += 1)
      await archiveOld(new Date(NOW.getTime() + run_ * 1_000), deps, { parts: 3, rows: 2 });
    const { database, archive } = await everywhere(d1, deps);

    expect([...database, ...archive].toSorted()).toEqual(all);
    expect(told()).toContainEqual({ id: "archive.behind/logs/2026-11-28", title: "The archive of logs is behind" });
  });

  it("keeps the rows of a part that does not come back as it was written", async () => {
    const { d1, deps, told } = stored(1);
    const { database: before } = await everywhere(d1, deps);
    deps.archive.getBytes = async () => new Uint8Array([1, 2, 3]);

    await archiveOld(NOW, deps);
    expect(await everywhere(d1, deps)).toEqual({ database: before, archive: [] });
    expect(deps.console.join("\n")).toContain("did not come back as it was written");
    expect(told().map(({ title }) => title)).toEqual(
      ["samples", "records", "acknowledgements", "logs"].map((kind) => `The archive of ${kind} fails`),
    );
  });
});

/** Counts every call across a border; the one numbered `killAt` is the last. Answers how many there were. */
async function run(deps: TestDeps, killAt: number): Promise<number> {
  let steps = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps > killAt) throw new Error("killed");
    const answer = await work();
    if (steps === killAt) throw new Error("killed");
    return answer;
  };
  const { archive, database } = deps;
  await archiveOld(
    NOW,
    {
      ...deps,
      database: { ...database, batch: (statements) => step(() => database.batch(statements)) },
      archive: {
        ...archive,
        putBytes: (key, bytes) => step(() => archive.putBytes(key, bytes)),
        getBytes: (key) => step(() => archive.getBytes(key)),
        list: (prefix, page) => step(() => archive.list(prefix, page)),
        delete: (keys) => step(() => archive.delete(keys)),
      },
    },
    { rows: 2 },
  );
  return steps;
}
