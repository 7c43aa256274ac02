import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const place = { ledger: "main:binance-usdm", symbol: "BTCUSDT.P" };
const gone = {
  ...place,
  here: "0.04",
  averagePrice: "65000",
  there: "0",
  held: "0",
  books: { side: "sell", quantity: "0.04" },
  agrees: false,
};
const reconciled = {
  ledger: place.ledger,
  booked: { side: "sell", quantity: "0.04", price: "61000" },
  profit: "-160",
  position: { symbol: place.symbol, quantity: "0", realisedProfit: "-160", fees: "1" },
};
const asked = ["positions", "reconcile", "main:binance-usdm", "btcusdt.p"];
const words = [...asked, "--price", "61000", "--reason", "liquidated"];

describe("hoox positions reconcile", () => {
  it("shows both, books the difference at the given price, and says what that realised", async () => {
    await using mesh = await startFakeMesh({ positionDifference: gone, reconcilePosition: reconciled });
    const { exitCode, stdout, stderr } = await runCli([...words, "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/ledger +long 0\.04 at 65000\n +exchange +flat\n/);
    expect(stderr).toContain(
      "plan: book, and not trade, a sale of 0.04 BTCUSDT.P at 61000, which realises -160 USDT; the ledger is flat then",
    );
    expect(stdout).toContain(
      "booked  main:binance-usdm BTCUSDT.P: sell 0.04 at 61000, realised -160 USDT; the ledger is flat now",
    );
    expect(mesh.asked).toMatchObject([
      { line: "GET /ops/positions/difference", query: place },
      {
        line: "POST /ops/positions/reconcile",
        body: { ...place, here: "0.04", held: "0", price: "61000", reason: "liquidated" },
      },
    ]);
  });

  it("gives scripts what was booked", async () => {
    await using mesh = await startFakeMesh({ positionDifference: gone, reconcilePosition: reconciled });
    const { stdout } = await runCli([...words, "--yes", "--json"], { mesh });

    expect(JSON.parse(stdout)).toEqual(reconciled);
  });

  it("looks without --price and --reason: shows both, what it would book and what to add, and exits 1", async () => {
    await using mesh = await startFakeMesh({ positionDifference: gone });
    const { exitCode, stdout, stderr } = await runCli(asked, { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /ledger +long 0\.04 at 65000\n +exchange +flat\nplan: book, and not trade, a sale of 0\.04 /,
    );
    expect(stderr).toContain('add --price … and --reason "…"');
    expect(JSON.parse((await runCli([...asked, "--json"], { mesh })).stdout)).toEqual(gone);
  });

  it.each([
    [[...asked, "--reason", "liquidated", "--yes"], "say at which price it was closed there: --price"],
    [[...asked, "--price", "61000", "--yes"], "say why you know: --reason"],
    [words, "add --yes"],
  ])("books nothing, and says what it would, without all of its words: %j", async (argv, missing) => {
    await using mesh = await startFakeMesh({ positionDifference: gone, reconcilePosition: reconciled });
    const { exitCode, stdout, stderr } = await runCli(argv, { mesh });

    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("plan: book, and not trade, a sale of 0.04 BTCUSDT.P");
    expect(stderr).toContain(missing);
    expect(mesh.asked.map(({ line }) => line)).toEqual(["GET /ops/positions/difference"]);
  });

  it("has nothing to do where they agree, or where a spot account holds more", async () => {
    const { books: _books, ...rest } = gone;
    const fine = { ...rest, symbol: "BTCUSDT", here: "0.04", there: "3", held: "3", agrees: true };
    await using mesh = await startFakeMesh({ positionDifference: fine });

    for (const argv of [asked, [...words, "--yes"]]) {
      const { exitCode, stdout, stderr } = await runCli(argv, { mesh });
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/exchange +long 3\nthey agree: there is nothing to book\n$/);
      const scripted = await runCli([...argv, "--json"], { mesh });
      expect([scripted.exitCode, JSON.parse(scripted.stdout)]).toEqual([0, fine]);
    }
  });

  it("says why nothing may be booked, and exits 1", async () => {
    const { books: _books, ...rest } = gone;
    const more = { ...rest, there: "0.06", held: "0.06", why: "sell 0.02 by hand at the exchange" };
    await using mesh = await startFakeMesh({ positionDifference: more });

    for (const argv of [asked, [...words, "--yes"]]) {
      const { exitCode, stdout, stderr } = await runCli(argv, { mesh });
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining("exchange  long 0.06")]);
      expect(stderr).toContain("nothing can be booked: sell 0.02 by hand at the exchange");
      const scripted = await runCli([...argv, "--json"], { mesh });
      expect([scripted.exitCode, JSON.parse(scripted.stdout)]).toEqual([1, more]);
    }
  });

  it("answers no with the ledger's reason when it refuses", async () => {
    const reconcilePosition = () => refusal(409, "An order of it is in doubt.");
    await using mesh = await startFakeMesh({ positionDifference: gone, reconcilePosition });
    const { exitCode, stderr } = await runCli([...words, "--yes"], { mesh });

    expect(exitCode).toBe(1);
    expect(stderr).toContain("An order of it is in doubt.");
  });

  it("books nothing when the exchange does not say what it holds", async () => {
    await using mesh = await startFakeMesh({ positionDifference: () => refusal(503, "the exchange does not say") });
    const { exitCode, stderr } = await runCli([...words, "--yes"], { mesh });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("the exchange does not say");
  });

  it("says how a ledger is named to whoever names none", async () => {
    const { exitCode, stderr } = await runCli(["positions", "reconcile", "foo", "BTCUSDT"]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain("it must be account:venue, such as main:binance-usdm");
  });

  it.each([
    [["--price", "0"], '--price: "0" does not fit'],
    [["--price", "1", "--reason", " "], "--reason must say something"],
  ])("takes only what makes sense: %j", async (flags, text) => {
    const { exitCode, stderr } = await runCli([...asked, ...flags]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
  });
});
