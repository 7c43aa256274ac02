import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mesh, secrets, until } from "./mesh.ts";

const GENUINE = "mx.cloudflare.net; dkim=pass header.d=tradingview.com; dmarc=pass header.from=tradingview.com";

describe("the same alert by webhook and by mail", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  it("trades once when the webhook comes first", async () => {
    const alert = alertWith("webhook first");
    const requestId = await mesh.accepted(alert);
    await deliver(mailOf(alert));

    await recorded(2);
    expect(await outcomeOf(requestId)).toBe("filled");
    expect(await orders()).toHaveLength(1);
    expect(await summary()).toMatchObject({ emailSignals: 0, emailOnly: 0 });
  });

  it("trades once when the mail comes first", async () => {
    const alert = alertWith("mail first");
    await deliver(mailOf(alert));
    const webhook = await mesh.alert(alert);

    expect(webhook.status).toBe(200);
    expect(webhook.body).toMatchObject({ status: "duplicate" });
    await recorded(2);
    expect(await outcomeOf(webhook.body.requestId)).toBe("filled");
    expect(await orders()).toHaveLength(1);
    expect(await summary()).toMatchObject({ emailSignals: 1, emailOnly: 0 });
  });

  it("trades once when both come at once", async () => {
    const alert = alertWith("both at once");
    await Promise.all([mesh.alert(alert), deliver(mailOf(alert)), mesh.alert(alert), deliver(mailOf(alert))]);

    await recorded(4);
    expect((await rowsOf()).filter((row) => row["outcome"] === "filled")).toHaveLength(1);
    expect(await orders()).toHaveLength(1);
  });

  it("trades by mail alone when the webhook was lost, and the status says so", async () => {
    const before = (await summary()).emailOnly;
    await deliver(mailOf(alertWith("mail alone")));
    await until("it is filled", async () => (await rowsOf()).some((row) => row["outcome"] === "filled"));

    expect(await rowsOf()).toMatchObject([{ channel: "email" }]);
    expect((await summary()).emailOnly).toBe(before + 1);
  });

  it("expires by mail when it was sent long ago", async () => {
    await deliver(mailOf(alertWith("late mail"), { date: new Date(Date.now() - 3_600_000) }));

    await until("it has ended", async () => (await rowsOf()).some((row) => row["outcome"] === "expired"));
    expect(await orders()).toEqual([]);
  });

  it("trades nothing when the mail is spoofed, and its sender hears no", async () => {
    const alert = alertWith("spoofed");
    const answer = await deliver(mailOf(alert, { verdict: "mx.evil.com; dmarc=pass header.from=tradingview.com" }));
    expect(JSON.stringify(answer)).toContain("no verdict of mx.cloudflare.net");

    // Its ledger has not heard of it: under the same key the genuine one is the first.
    const { status } = await mesh.alert(alert);
    expect(status).toBe(202);
    await until("that one is filled", async () => (await rowsOf()).some((row) => row["outcome"] === "filled"));
    expect(await rowsOf()).toMatchObject([{ channel: null }]);
    expect(await orders()).toHaveLength(1);
  });

  let symbol = "";
  let count = 0;

  /** Each its own symbol, so that what became of it is told apart. */
  function alertWith(id: string) {
    count += 1;
    symbol = `COIN${count}USDT`;
    return { symbol, action: "buy", quantity: "1", price: "10", idempotencyKey: id };
  }

  function mailOf(alert: object, of: { date?: Date; verdict?: string } = {}): string {
    return [
      `Authentication-Results: ${of.verdict ?? GENUINE}`,
      "From: TradingView <noreply@tradingview.com>",
      "To: alerts@example.com",
      "Subject: Alert",
      "Message-ID: <1@tradingview.com>",
      `Date: ${(of.date ?? new Date()).toUTCString()}`,
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Your alert was triggered",
      "",
      JSON.stringify({ ...alert, exchange: "paper", apiKey: secrets.WEBHOOK_API_KEY_BINDING }),
      "",
    ].join("\r\n");
  }

  function deliver(raw: string): Promise<unknown> {
    return mesh.harness.getWorker("hoox").email({ from: "bounce@tradingview.com", to: "alerts@example.com", raw });
  }

  const rowsOf = () => mesh.rows(`SELECT request_id, outcome, channel FROM signals WHERE symbol = '${symbol}'`);
  const orders = () => mesh.rows(`SELECT 1 FROM orders WHERE symbol = '${symbol}'`);
  const outcomeOf = async (id: unknown) => (await rowsOf()).find((row) => row["request_id"] === id)?.["outcome"];
  const recorded = (rows: number) => until("all copies are recorded", async () => (await rowsOf()).length === rows);
  const summary = async () =>
    (await mesh.ops<{ database: { emailSignals: number; emailOnly: number } }>("GET", "/ops/status")).database;
});
