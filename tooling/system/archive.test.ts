import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Trace } from "#contracts/routes/database";
import { runCli } from "../cli/testing/run-cli.ts";
import { Mesh, secrets, until } from "./mesh.ts";

const DAY_MS = 86_400_000;

describe("the archive", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  it("takes in what is old, and a trace and a query of its hour find it there", async () => {
    const requestId = await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "0.01", price: "65000" });
    const before = await until("it is all on record", async () => {
      const trace = await traceOf(requestId);
      return trace.fills.length > 0 && trace.notifications.length > 0 && trace.logs.length > 5 ? trace : undefined;
    });
    const hour = String(before.signal?.["created_at"]).slice(0, 13);

    await archive(100);
    await until("nothing of it is left but its signal", async () => {
      const left = await Promise.all(
        ["system_logs", "orders", "fills", "notifications"].map((table) =>
          mesh.rows(`SELECT 1 FROM ${table} WHERE request_id = '${requestId}'`),
        ),
      );
      return left.flat().length === 0;
    });
    const after = await traceOf(requestId);
    expect(after).toMatchObject({
      archived: true,
      orders: before.orders,
      fills: before.fills,
      notifications: before.notifications,
    });
    expect(after.logs.map(({ id }) => id)).toEqual(expect.arrayContaining(before.logs.map(({ id }) => id)));

    const env = { HOOX_URL: mesh.url.href, HOOX_OPERATOR_KEY: secrets.OPERATOR_KEY_BINDING };
    const query = ["logs", "query", "--archive", "--hour", hour, "--request-id", requestId];
    expect(await runCli(query, { env, now: () => new Date() })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("accepted buy BTCUSDT"),
    });
  });

  it("has parts that nothing writes over", async () => {
    interface Bucket {
      list(of: { prefix: string }): Promise<{ objects: { key: string }[] }>;
      put(key: string, value: string, of: { onlyIf: Headers }): Promise<unknown>;
    }
    const { ARCHIVE } = await mesh.env<{ ARCHIVE: Bucket }>("d1-worker");
    const [part] = (await ARCHIVE.list({ prefix: "archive/" })).objects;

    expect(await ARCHIVE.put(part?.key ?? "", "x", { onlyIf: new Headers({ "If-None-Match": "*" }) })).toBeNull();
  });

  it("says in the status how big the database is", async () => {
    const { database } = await mesh.ops<{ database: { sizeBytes: number } }>("GET", "/ops/status");

    expect(database.sizeBytes).toBeGreaterThan(10_000);
  });

  const traceOf = (requestId: string): Promise<Trace> => mesh.ops<Trace>("GET", `/ops/traces/${requestId}`);

  /** The hourly cron, as if so many days had passed. */
  async function archive(days: number): Promise<void> {
    const scheduledTime = new Date(Date.now() + days * DAY_MS);
    await mesh.harness.getWorker("d1-worker").scheduled({ cron: "17 * * * *", scheduledTime });
  }
});
