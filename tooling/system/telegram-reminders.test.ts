import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeTelegram } from "../fakes/telegram.ts";
import { Mesh, secrets, until } from "./mesh.ts";

const CHAT = "4242";
const MINUTE_MS = 60_000;
// Today's summary may be due by the minutes that other tests fire.
const tomorrow = new Date(Date.now() + 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);

describe("each minute", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    mesh = await Mesh.start({
      vars: { "telegram-worker": { TELEGRAM_API_URL: telegram.url } },
      secrets: { "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: CHAT } },
    });
    telegram.inbox.connect(new URL("/telegram", mesh.url).href, secrets.TELEGRAM_WEBHOOK_SECRET);
  });
  afterAll(async () => {
    await mesh.stop();
    await telegram.stop();
  });

  it("a critical notification is said again until somebody acknowledges it, each time once", async () => {
    await mesh.ops("PUT", "/ops/kill-switch", { mode: "entries", reason: "test", cancelEntries: false });
    const told = await until("it is told", async () => telegram.messages[0]);
    expect(told).toMatchObject({ text: /^CRITICAL: /, buttons: [[{ text: "Acknowledge" }]] });
    await until("it is on record", async () => (await mesh.rows("SELECT 1 FROM notifications")).length);
    const toldAt = told.at.getTime();

    await fire(toldAt + 2 * MINUTE_MS);
    await fire(toldAt + 7 * MINUTE_MS);
    await fire(toldAt + 7 * MINUTE_MS);
    await until("it is said again", async () => repeats().length > 0);
    await fire(toldAt + 8 * MINUTE_MS);
    await fire(toldAt + 17 * MINUTE_MS);
    await until("it is said a second time", async () => repeats().length > 1);
    expect(repeats()).toHaveLength(2);
    expect(repeats()[1]).toContain("nobody has acknowledged it for 1");

    telegram.press(CHAT, "Acknowledge");
    await until("it is acknowledged", async () => (await mesh.rows("SELECT 1 FROM acknowledgements")).length);
    await fire(toldAt + 65 * MINUTE_MS);
    await proveQuiet();
    expect(repeats()).toHaveLength(2);
  });

  it("at the configured hour the day is told, once, however often the cron fires", async () => {
    const filled = await mesh.ops<{ effective: string }>("PUT", "/ops/kill-switch", { mode: "off", reason: "test" });
    expect(filled.effective).toBe("off");
    await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "100" });
    await until("it is open", async () => (await position())?.["quantity"] === "1");
    await mesh.accepted({ symbol: "BTCUSDT", action: "close", price: "110" });
    await until("its profit is on record", async () => (await position())?.["realised_profit"] === "10");
    await mesh.ops("PUT", "/ops/telegram/summary", { hour: 21, timeZone: "Europe/Berlin" });
    // In winter Berlin is an hour ahead of UTC.
    await fire(Date.parse(`${tomorrow}T19:58:00.000Z`));
    await Promise.all([fire(Date.parse(`${tomorrow}T20:01:00.000Z`)), fire(Date.parse(`${tomorrow}T20:01:00.000Z`))]);
    await fire(Date.parse(`${tomorrow}T20:02:00.000Z`));
    const summary = await until("it is told", async () => summaries()[0]);
    await proveQuiet();

    expect(summaries()).toHaveLength(1);
    expect(summary).toContain("profit +10");
  });

  const position = async () => (await mesh.rows("SELECT quantity, realised_profit FROM positions"))[0];

  /** The minute that the cron stands for. */
  async function fire(at: number): Promise<void> {
    const ops = mesh.harness.getWorker("ops-worker");
    await ops.scheduled({ cron: "* * * * *", scheduledTime: new Date(at) });
  }

  /** What is said after this was asked for later than anything before. */
  async function proveQuiet(): Promise<void> {
    const known = telegram.messages.length;
    const { message } = telegram.say(CHAT, "/queues");
    await until("the question is answered", async () =>
      telegram.messages.slice(known).some(({ replyTo }) => replyTo === message?.message_id),
    );
  }

  const repeats = (): string[] => telegram.textsIn(CHAT).filter((text) => text.includes("nobody has acknowledged"));
  // What is told at the same time may come in one message.
  const told = (): string[] => telegram.textsIn(CHAT).flatMap((text) => text.split("\n\n"));
  const summaries = (): string[] => told().filter((text) => text.startsWith(`Summary of ${tomorrow}: `));
});
