import { describe, expect, it } from "vitest";
import { visible } from "../../output/table.ts";
import { refusal, startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";
import { filledTrace, ID, order, runningTrace } from "../../testing/samples.ts";

const COPY = "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
const nothing = { filled_quantity: null, average_price: null, settled_at: null };
const refused = {
  ...order,
  ...nothing,
  outcome: "refused",
  code: "placeholder",
  reason: "quantity is still {{strategy.order.contracts}}",
  symbol: null,
  action: null,
  quantity: null,
};
const copy = {
  ...order,
  ...nothing,
  request_id: COPY,
  outcome: "duplicate",
  reason: `a copy of ${ID}`,
  first_request_id: ID,
};
const open = { ...order, ...nothing, outcome: null, state: "in_doubt", reason: "the venue does not answer" };

describe("hoox orders list", () => {
  it("tells what every alert came to, refused ones and dropped copies included", async () => {
    await using mesh = await startFakeMesh({ orders: { orders: [order, refused, copy, open] } });
    const { exitCode, stdout } = await runCli(["orders", "list"], { mesh });
    const [, ...rows] = stdout.trimEnd().split("\n");

    expect(exitCode).toBe(0);
    expect(rows[0]).toMatch(
      new RegExp(`^2 s ago +buy 0.001 BTCUSDT +filled +0.001 at 65000 USDT +${ID} +default +main:paper$`),
    );
    expect(rows[1]).toMatch(/\(unreadable\) +refused +- .*quantity is still \{\{strategy/);
    expect(rows[2]).toMatch(new RegExp(`duplicate +- .*${COPY} +default +main:paper +a copy of ${ID}`));
    expect(rows[3]).toMatch(/in doubt .*the venue does not answer/);
  });

  it("keeps ids whole on a narrow terminal, under the rest", async () => {
    await using mesh = await startFakeMesh({ orders: { orders: [order, { ...refused, reason: "r".repeat(300) }] } });
    const { stdout } = await runCli(["orders", "list"], { mesh, columns: 80 });
    const lines = stdout.trimEnd().split("\n");

    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe(`  ${ID}  default  main:paper`);
    expect(lines[4]).toMatch(new RegExp(`^  ${ID}  default  main:paper  r+…$`));
    expect(Math.max(...lines.map(visible))).toBeLessThanOrEqual(80);
  });

  it("asks for what the flags say", async () => {
    await using mesh = await startFakeMesh({ orders: { orders: [order] } });
    const flags = [
      "--since",
      "2h",
      "--strategy",
      "trend",
      "--symbol",
      "btcusdt",
      "--outcome",
      "filled",
      "--limit",
      "5",
    ];
    await runCli(["orders", "list", ...flags], { mesh });

    expect(mesh.asked[0]?.query).toEqual({
      since: "2026-11-23T10:00:00.000Z",
      strategy: "trend",
      symbol: "BTCUSDT",
      outcome: "filled",
      limit: "5",
    });
  });

  it.each([
    [["--outcome", "lost"], /one of filled, working/],
    [["--since", "yesterday"], /such as 90s, 10m/],
    [["--limit", "0"], /from 1 to 1000/],
  ])("refuses %j in words", async (flags, words) => {
    await using mesh = await startFakeMesh({ orders: { orders: [] } });
    const { exitCode, stderr } = await runCli(["orders", "list", ...flags], { mesh });

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  it.each([
    [[], "no alert yet; try: npx hoox send"],
    [["--symbol", "XRPUSDT"], "no alert fits; try fewer filters: npx hoox orders list"],
  ])("with %j and no match says so, and exits 1", async (flags, words) => {
    await using mesh = await startFakeMesh({ orders: { orders: [] } });
    const ran = await runCli(["orders", "list", ...flags], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(words) });
  });

  it("gives scripts the rows, also when there is none", async () => {
    await using some = await startFakeMesh({ orders: { orders: [order] } });
    await using none = await startFakeMesh({ orders: { orders: [] } });

    expect(JSON.parse((await runCli(["orders", "list", "--json"], { mesh: some })).stdout).orders).toEqual([order]);
    expect(JSON.parse((await runCli(["orders", "list", "--json"], { mesh: none })).stdout)).toEqual({ orders: [] });
  });

  it("says what was not looked through and who was not asked", async () => {
    const searchedSince = "2026-11-01T00:00:00.000Z";
    await using mesh = await startFakeMesh({
      orders: { orders: [order], searchedSince, problems: ["ledger main:paper"] },
    });
    const { stderr } = await runCli(["orders", "list", "--strategy", "x"], { mesh });

    expect(stderr).toContain(`alerts before ${searchedSince} were not looked through`);
    expect(stderr).toContain("not asked: ledger main:paper");
  });
});

describe("hoox orders show", () => {
  it("tells what was asked, how it ended and why, and what was sent and filled", async () => {
    const fills = [
      {
        id: "tmo-e/1",
        side: "buy",
        quantity: "0.001",
        price: "65000",
        fee: "0.03",
        symbol: "BTCUSDT",
        created_at: "2026-11-23T11:59:58.040Z",
      },
    ];
    await using mesh = await startFakeMesh({ trace: { ...filledTrace, fills } });
    const { exitCode, stdout } = await runCli(["orders", "show", ID, "--absolute"], { mesh });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/what +buy 0\.001 BTCUSDT market/);
    expect(stdout).toMatch(/outcome +filled\nwhy +filled 0\.001 at 65000/);
    expect(stdout).toMatch(/lane +main:paper:BTCUSDT #12/);
    expect(stdout).toMatch(/accepted +2026-11-23T11:59:58\.000Z/);
    expect(stdout).toMatch(/buy +0\.001 +market +- +filled +0\.001 at 65000/);
    expect(stdout).toMatch(/buy 0\.001 +65000 +0\.03 USDT/);
  });

  it("of one that has not ended tells its legs and what happens next", async () => {
    const leg = { leg: "e", role: "entry", status: "in_doubt", clientOrderId: "tmo-e", filledQuantity: "0" };
    const { ledger } = runningTrace;
    const doubtful = { ...ledger, signal: { ...ledger.signal, state: "in_doubt", legs: [leg] } };
    await using mesh = await startFakeMesh({ trace: { ...runningTrace, ledger: doubtful } });
    const { stdout } = await runCli(["orders", "show", ID], { mesh });

    expect(stdout).toMatch(/entry +- +- +in doubt/);
    expect(stdout).toContain(`npx hoox lanes resolve ${ID}`);
  });

  it("of an unknown id exits 1 and says where else to look", async () => {
    await using mesh = await startFakeMesh({ trace: () => refusal(404, "unknown") });
    const ran = await runCli(["orders", "show", ID], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("is it the right mesh (--target)?");
  });
});
