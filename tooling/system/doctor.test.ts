import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checks } from "../checks/list.ts";
import { wellStatus } from "../cli/testing/samples.ts";
import { Deployed } from "./doctor/deployed.ts";
import { areApart, faults } from "./doctor/faults.ts";
import type { Fault } from "./doctor/planting.ts";
import { doctor, mendAsTold } from "./doctor/mend.ts";
import { snapshotOf } from "./doctor/snapshot.ts";

const MESSAGE = { id: "1", body: "{}", contentType: "json", attempts: 0, at: new Date(0), ref: "1" } as const;
const POSITION = wellStatus.ledgers.flatMap(({ positions }) => positions)[0];
const noTrades = wellStatus.ledgers.map((each) => ({ ...each, positions: [] }));

let account: Deployed;
let well: object;
beforeAll(async () => {
  account = await Deployed.start();
  well = snapshotOf(account.fake);
});
afterAll(() => account[Symbol.asyncDispose]());

describe("an account on which all is as it should be", () => {
  it("is well", async () => {
    expect(await doctor(account)).toMatchObject({ exitCode: 0, result: "well" });
  });
});

/** Of this machine alone: machine.test.ts. */
const OF_MACHINE = ["node", "packages", "registry"];

describe("each fault alone", () => {
  it("is planted for every check of an account", () => {
    const ofAccount = checks.filter(({ places }) => places.includes("remote")).map(({ id }) => id);
    expect(new Set([...OF_MACHINE, ...faults.map(({ check }) => check)])).toEqual(new Set(ofAccount));
  });

  it.each(faults)("$name: doctor finds it, and what it says mends it", async (fault) => {
    fault.plant(account);
    await account.passAnHour();

    const [first] = await mendAsTold(account, [fault]);

    expect(first?.findings).toContainEqual(expect.objectContaining({ check: fault.check, which: fault.which }));
    expect(snapshotOf(account.fake)).toEqual(well);
  });
});

/** What every question of doctor goes to; each can fail by itself. */
const questions = [
  "/tokens/verify",
  /^\/workers\/scripts$/,
  "/hoox/settings",
  "/secrets",
  "/schedules",
  "/d1-worker/subdomain",
  /^\/queues$/,
  "/storage/kv/namespaces",
  /^\/d1\/database$/,
  "/query",
  "/r2/buckets",
];

describe("an API in trouble", () => {
  afterEach(() => {
    account.fake.noMoreFaults();
    account.patienceMs = 30_000;
  });

  it.each([
    { trouble: "429 for minutes", fault: { status: 429, retryAfter: 240 }, says: /Cloudflare answered 429/ },
    { trouble: "500", fault: { status: 500 }, says: /Cloudflare answered 500/ },
    { trouble: "half a document", fault: { garbage: "json" }, says: /not what Cloudflare sends/ },
    { trouble: "a proxy's page", fault: { garbage: "html", status: 502 }, says: /answered 502/ },
    { trouble: "a dropped connection", fault: { drop: true }, says: /the connection failed/ },
    { trouble: "silence", fault: { timeout: true }, says: /no answer within/ },
  ] as const)("$trouble is explained, and nothing that was not seen is called well", async ({ fault, says }) => {
    if ("timeout" in fault) account.patienceMs = 100;
    for (const path of questions) {
      account.fake.fail({ ...fault, path, times: 500 });
      const report = await doctor(account);
      account.fake.noMoreFaults();

      expect({ path, ...report }).toMatchObject({ path, exitCode: 3, result: "unknown", findings: [] });
      expect(report.unseen.map(({ why, next = "" }) => `${why} ${next}`).join("\n")).toMatch(says);
      expect(report.unseen.flatMap((each) => each.checks).filter((check) => report.well.includes(check))).toEqual([]);
    }
  });

  it("that passes is waited for", async () => {
    account.fake.fail(
      { path: "/queues", status: 429, retryAfter: 2 },
      { path: "/workers/scripts", status: 503, times: 2 },
      { path: "/d1/database", drop: true },
    );

    expect(await doctor(account)).toMatchObject({ exitCode: 0, result: "well" });
  });

  const noQueue = faults.filter(({ name }) => name === "the queue records is missing");

  it("that loses an answer hides nothing that was done", async () => {
    for (const { plant } of noQueue) plant(account);
    account.fake.fail({ method: "POST", path: /^\/queues$/, drop: true, done: true });

    expect(await account.hoox("repair", "queues", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
    expect(snapshotOf(account.fake)).toEqual(well);
  });

  it("that fails while it is mended leaves it not mended, and says so", async () => {
    for (const { plant } of noQueue) plant(account);
    account.fake.fail({ method: "POST", path: /^\/queues$/, status: 400, code: 10_026, times: 9 });

    const ran = await account.hoox("repair", "queues", "--remote", "--yes");

    expect(ran).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/failed {2}create queue records[^]*not mended/),
    });
    account.fake.noMoreFaults();
    expect(await account.hoox("repair", "queues", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
  });

  it("that cannot be looked at afterwards leaves it not verified", async () => {
    for (const { plant } of noQueue) plant(account);
    account.fake.fail({ method: "GET", path: /^\/queues$/, status: 500, after: 2, times: 99 });

    const ran = await account.hoox("repair", "queues", "--remote", "--yes", "--json");

    expect(ran.exitCode).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({ result: expect.stringMatching(/not (?:verified|mended)/) });
    account.fake.noMoreFaults();
    await mendAsTold(account, noQueue);
    expect(snapshotOf(account.fake)).toEqual(well);
  });
});

describe("repair", () => {
  it("changes nothing with --dry-run, and says what it would do", async () => {
    const fault = faults.filter(({ which }) => which === "trade-signals-dlq");
    for (const { plant } of fault) plant(account);
    const before = snapshotOf(account.fake);

    const ran = await account.hoox("repair", "dlq", "--remote", "--dry-run");

    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("let trade-signals-dlq keep messages for 14 days"),
    });
    expect(snapshotOf(account.fake)).toEqual(before);
    await mendAsTold(account, fault);
  });

  it("needs a yes", async () => {
    const ran = await account.hoox("repair", "worker", "d1-worker", "--remote");

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("plan:\n  deploy d1-worker") });
  });

  it("deploys a healthy Worker anew when it is told to", async () => {
    const before = account.fake.state.scripts.get("d1-worker")?.versions.length ?? 0;

    expect(await account.hoox("repair", "worker", "d1-worker", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
    expect(account.fake.state.scripts.get("d1-worker")?.versions).toHaveLength(before + 1);
  });
});

describe("repair rebuild", () => {
  afterEach(() => {
    account.mesh.ledgers = noTrades;
    account.fake.noMoreFaults();
  });

  it("deploys all Workers anew, and keeps ledgers, rows and messages", async () => {
    const { state } = account.fake;
    const tags = (): string[] => [...state.scripts.values()].map(({ name, tag }) => `${name} ${tag}`);
    const [before, versions] = [tags(), state.scripts.get("ledger-worker")?.versions.length ?? 0];
    const database = state.databases.values().next().value;
    database?.run([{ sql: "INSERT INTO pulses (worker, created_at) VALUES ('a row', 'of before')", params: [] }]);
    state.queueNamed("records")?.messages.push(MESSAGE);
    for (const { name, plant } of faults) if (/pull consumer|no cron/.test(name)) plant(account);
    await account.passAnHour();

    const ran = await account.hoox("repair", "rebuild", "--remote", "--yes");

    expect({ ...ran, stdout: "" }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/the way back: npx hoox db restore/),
    });
    expect(tags().toSorted()).toEqual(before.toSorted());
    expect(state.scripts.get("ledger-worker")?.versions).toHaveLength(versions + 1);
    expect(
      database?.run([{ sql: "SELECT * FROM pulses WHERE worker = 'a row'", params: [] }])[0]?.results,
    ).toHaveLength(1);
    expect(state.queueNamed("records")?.messages.splice(0)).toEqual([MESSAGE]);
    expect(snapshotOf(account.fake)).toEqual(well);
  });

  it.each([
    {
      trades: "a position is open",
      ledger: { positions: POSITION === undefined ? [] : [POSITION] },
      says: "main:paper: 0.003 BTCUSDT open",
    },
    { trades: "a leg is in doubt", ledger: { inDoubt: 1 }, says: "main:paper: 1 in doubt" },
    { trades: "a signal has not ended", ledger: { unended: 2 }, says: "2 signals have not ended" },
  ])("refuses while $trades", async ({ ledger, says }) => {
    account.mesh.ledgers = noTrades.map((each) => ({ ...each, ...ledger }));

    expect(await account.hoox("repair", "rebuild", "--remote", "--yes")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`${says}[^]*kill-switch on`)),
    });
  });

  it("refuses when nobody can tell, and says how to go on", async () => {
    const gateway = faults.filter(({ name }) => name === "hoox is not deployed");
    for (const { plant } of gateway) plant(account);

    const ran = await account.hoox("repair", "rebuild", "--remote", "--yes");

    expect(ran).toMatchObject({
      exitCode: 3,
      stdout: "",
      stderr: expect.stringContaining("npx hoox repair check --remote"),
    });
    await mendAsTold(account, gateway);
  });

  it("refuses when a ledger did not answer", async () => {
    account.mesh.problems = ["ledger main:paper: did not answer within 2 s"];
    const ran = await account.hoox("repair", "rebuild", "--remote", "--yes");
    account.mesh.problems = [];

    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("ledger main:paper: did not answer") });
  });
});

/** All 1,081 with HOOX_TEST_PAIRS=1081. */
const PAIRS = Number(process.env["HOOX_TEST_PAIRS"] ?? 30);

describe("two faults at once", () => {
  it.each(somePairs(PAIRS))("$first.name, and $second.name", async ({ first, second }) => {
    for (const fault of [first, second]) fault.plant(account);
    await account.passAnHour();

    const reports = await mendAsTold(account, [first, second]);

    const found = new Set(reports.flatMap(({ findings }) => findings.map(({ check, which }) => `${check}: ${which}`)));
    const planted = [first, second].map(({ check, which }) => `${check}: ${which}`);
    const seen = planted.filter((each) => found.has(each));
    expect(seen.length).toBeGreaterThanOrEqual(areApart(first, second) ? planted.length : 1);
    expect(snapshotOf(account.fake)).toEqual(well);
  });
});

function somePairs(count: number): { first: Fault; second: Fault }[] {
  const all = faults.flatMap((first, index) => faults.slice(index + 1).map((second) => ({ first, second })));
  const random = seeded(20_261_128);
  const order = all.map((pair) => ({ pair, at: random() })).toSorted((a, b) => a.at - b.at);
  return order.slice(0, count).map(({ pair }) => pair);
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
