import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, type Ran } from "../cli/testing/run-cli.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";

describe("what the terminal shows of a running mesh", () => {
  let mesh: Mesh;
  let bought: string;
  let refused: string;

  beforeAll(async () => {
    mesh = await Mesh.start();
    const alert = { symbol: "ETHUSDT", action: "buy", quantity: "2", price: "3000", idempotencyKey: "once" };
    bought = await mesh.accepted(alert);
    await mesh.alert(alert);
    refused = (await mesh.alert({ ...alert, action: "{{strategy.order.action}}" })).body.requestId ?? "";
    await until("all three are recorded", async () => (await mesh.rows("SELECT 1 FROM signals")).length === 3);
    await until("the log lines of the alert's way are stored", async () => {
      const lines = await mesh.rows(`SELECT event FROM system_logs WHERE request_id = '${bought}'`);
      const events = lines.map((line) => line["event"]);
      return ["alert.accepted", "attempt.settled", "record.stored"].every((event) => events.includes(event));
    });
  });
  afterAll(() => mesh.stop());

  function hoox(...argv: string[]): Promise<Ran> {
    const env = { HOOX_URL: mesh.url.origin, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    return runCli(argv, { env, now: () => new Date() });
  }

  it("has the refused alert and the dropped copy among the orders", async () => {
    const { exitCode, stdout } = await hoox("orders", "list");

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`buy 2 ETHUSDT +filled +2 at 3000 USDT +${bought} +default +main:paper`));
    expect(stdout).toMatch(new RegExp(`ETHUSDT +duplicate .* a copy of ${bought}`));
    expect(stdout).toMatch(new RegExp(`refused .*${refused}.*\\{\\{strategy\\.order\\.action\\}\\}`));
  });

  it("finds orders by outcome", async () => {
    const { orders } = JSON.parse((await hoox("orders", "list", "--outcome", "refused", "--json")).stdout);

    expect(orders).toMatchObject([{ request_id: refused, outcome: "refused" }]);
  });

  it("tells of one order what was asked, sent and filled", async () => {
    const { stdout } = await hoox("orders", "show", bought);

    expect(stdout).toMatch(/what +buy 2 ETHUSDT market/);
    expect(stdout).toMatch(/copies +1 dropped/);
    expect(stdout).toMatch(/buy 2 +3000 +\S+ USDT/);
  });

  it("has the position that it opened, with its age", async () => {
    const { stdout } = await hoox("positions");

    expect(stdout).toMatch(/main:paper ETHUSDT +long +2 +3000 +2 +0 USDT .*(?:ms|s)$/m);
  });

  it("draws every hop of the alert's way from what the Workers logged", async () => {
    const { stdout } = await hoox("trace", bought, "--json");
    const names: string[] = JSON.parse(stdout).hops.map((hop: { name: string }) => hop.name);
    const way = ["acknowledged", "queue trade-signals", "claim", "hand-over", "sending entry", "venue entry", "settle"];

    expect(names.filter((name) => way.includes(name))).toEqual(way);
    expect(names).toEqual(expect.arrayContaining(["outbox, queue records", "record written"]));
  });

  it("says that all is well, and how fast alerts were acknowledged", async () => {
    const { exitCode, stdout } = await hoox("status");

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^✓ all is well/) });
    expect(stdout).toMatch(/today +1 signals, 1 refused/);
    expect(stdout).toMatch(/acknowledged +in \d+ ms \(p50\), \d+ ms \(p99\): 1 alerts of the last hour/);
  });
});
