import { describe, expect, it } from "vitest";
import { visible } from "../../output/table.ts";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";
import { ID } from "../../testing/samples.ts";

const SECOND = "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
const order = {
  clientOrderId: "tmo-e",
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  quantity: "0.5",
  reduceOnly: false,
};
const leg = {
  leg: "e",
  role: "entry",
  status: "in_doubt",
  clientOrderId: "tmo6wtj3pvf23g65fmgxwpolnu-e",
  filledQuantity: "0",
};
const sent = { ...leg, order, sentAt: "2026-11-23T11:59:30.000Z", quietUntil: "2026-11-23T12:00:05.000Z" };
const signal = {
  requestId: ID,
  lane: "main:paper:BTCUSDT",
  seq: 12,
  action: "buy",
  quantity: "0.5",
  strategy: "trend",
  state: "in_doubt",
  reason: "the venue did not answer within 8000 ms",
  attempts: 2,
  acceptedAt: "2026-11-23T11:59:28.000Z",
  validUntil: "2026-11-23T12:00:28.000Z",
  legs: [sent],
};
const behind = { ...signal, requestId: SECOND, seq: 13, state: "waiting", reason: undefined, attempts: 0, legs: [] };
const lane = { lane: "main:paper:BTCUSDT", signals: [signal, behind] };

describe("hoox lanes show", () => {
  it("tells of each signal its legs, why it waits and what happens next", async () => {
    await using mesh = await startFakeMesh({ lanes: { lanes: [lane] } });
    const { exitCode, stdout } = await runCli(["lanes", "show", "main:paper:BTCUSDT"], { mesh });

    expect(exitCode).toBe(0);
    expect(stdout).toContain("main:paper:BTCUSDT  2 signals not ended");
    expect(stdout).toMatch(
      new RegExp(`#12 buy 0\\.5 +in doubt +${ID}\n +accepted 32 s ago, valid until in 28 s, 2 attempts`),
    );
    expect(stdout).toContain("the venue did not answer within 8000 ms");
    expect(stdout).toMatch(
      /entry +buy 0\.5 +market +in doubt, asked again in 5 s +- +30 s ago +tmo6wtj3pvf23g65fmgxwpolnu-e/,
    );
    expect(stdout).toContain(`npx hoox lanes resolve ${ID} --outcome filled|rejected`);
    expect(stdout).toMatch(new RegExp(`#13 buy 0\\.5 +waiting +${SECOND}[^]*next  it waits for the signals before it`));
  });

  it("finds the lane of a signal", async () => {
    await using mesh = await startFakeMesh({ lanes: { lanes: [lane] } });

    expect((await runCli(["lanes", "show", SECOND, "--json"], { mesh })).stdout).toContain(
      '"lane": "main:paper:BTCUSDT"',
    );
  });

  it.each([
    [{ state: "deferred", notBefore: "2026-11-23T12:00:07.000Z" }, "it is tried again in 7.0 s: place the entry"],
    [{ state: "leased" }, "an attempt is under way: place the entry"],
    [{ state: "head" }, "it is its lane's turn; trade-worker claims it: place the entry"],
  ])("says what comes next of %j", async (change, words) => {
    const planned = { ...signal, ...change, legs: [{ ...leg, status: "planned" }] };
    await using mesh = await startFakeMesh({ lanes: { lanes: [{ lane: lane.lane, signals: [planned] }] } });

    expect((await runCli(["lanes", "show", lane.lane], { mesh })).stdout).toContain(words);
  });

  it("fits eighty columns", async () => {
    await using mesh = await startFakeMesh({
      lanes: { lanes: [{ lane: lane.lane, signals: [{ ...signal, reason: "no" }] }] },
    });
    const { stdout } = await runCli(["lanes", "show", lane.lane], { mesh, columns: 80 });
    const written = stdout.split("\n").filter((line) => !line.includes("lanes resolve"));

    expect(Math.max(...written.map(visible))).toBeLessThanOrEqual(80);
  });

  it.each([
    ["main:paper:XRPUSDT", "busy lanes: main:paper:BTCUSDT"],
    ["9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb60", "npx hoox orders show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb60"],
  ])("of %s, which is not busy, exits 1 and says where to look", async (name, hint) => {
    await using mesh = await startFakeMesh({ lanes: { lanes: [lane] } });
    const ran = await runCli(["lanes", "show", name], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(hint) });
  });
});
