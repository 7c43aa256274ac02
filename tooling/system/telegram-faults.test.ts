import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeTelegram, faults, type TelegramFault } from "../fakes/telegram.ts";
import { Mesh, until } from "./mesh.ts";
import { bookOf } from "./venue.ts";

const CHAT = "4242";

describe("while Telegram", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    mesh = await Mesh.start({
      vars: { "telegram-worker": { TELEGRAM_API_URL: telegram.url } },
      secrets: { "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: CHAT } },
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await telegram.stop();
  });

  it("asks for patience for seven seconds, orders go on, and the message comes once, after that time", async () => {
    const { requestId, injectedAt } = await tradeDuring(faults.tooManyRequests(7));
    const [message] = await toldOf(requestId);

    expect((message?.at.getTime() ?? 0) - injectedAt).toBeGreaterThanOrEqual(7_000);
  });

  it("cannot read our HTML, the message comes once, in plain text", async () => {
    const { requestId } = await tradeDuring(faults.cannotParse());
    const [message] = await toldOf(requestId);

    expect(message).toMatchObject({ parseMode: undefined });
  });

  it("is down, orders go on, and the message comes once", async () => {
    const { requestId } = await tradeDuring(faults.unavailable(), faults.unavailable());

    expect(await toldOf(requestId)).toHaveLength(1);
  });

  it("says nothing at all, orders go on, and the message comes once", async () => {
    const { requestId } = await tradeDuring(faults.silence());

    expect(await toldOf(requestId)).toHaveLength(1);
  });

  it("refuses the bot, orders go on, and the message is kept with the reason", async () => {
    const { requestId } = await tradeDuring(faults.blocked());
    const [letter] = await until("it is kept", async () => {
      const letters = await mesh.rows(`SELECT queue, reason FROM dead_letters WHERE request_id = '${requestId}'`);
      return letters.length > 0 ? letters : undefined;
    });

    expect(letter).toMatchObject({ queue: "notifications", reason: expect.stringContaining("unblock it") });
    expect(messagesOf(requestId)).toEqual([]);
  });

  it("has said all of that, every other message has come exactly once", async () => {
    const last = await mesh.accepted({ symbol: "LASTUSDT", action: "buy", quantity: "1", price: "1" });
    await toldOf(last);
    const rows = await until("all are on record", async () => {
      const found = await mesh.rows("SELECT request_id, status FROM notifications WHERE severity = 'info'");
      return found.length === 6 ? found : undefined;
    });

    expect(rows.filter(({ status }) => status === "sent")).toHaveLength(5);
    for (const { request_id: requestId, status } of rows)
      expect(messagesOf(String(requestId))).toHaveLength(status === "sent" ? 1 : 0);
  });

  let traded = 0;
  /** One trade; its order is at the venue before its message is anywhere. */
  async function tradeDuring(...injected: TelegramFault[]): Promise<{ requestId: string; injectedAt: number }> {
    const injectedAt = Date.now();
    telegram.fail(...injected);
    traded += 1;
    const symbol = `NR${traded}USDT`;
    const requestId = await mesh.accepted({ symbol, action: "buy", quantity: "1", price: "100" });
    await until("the order is filled", async () =>
      (await bookOf(mesh)).some((order) => order.symbol === symbol && order.status === "filled"),
    );
    expect(messagesOf(requestId)).toEqual([]);
    return { requestId, injectedAt };
  }

  async function toldOf(requestId: string) {
    await until("the trader is told", async () => messagesOf(requestId).length > 0, { timeoutMs: 40_000 });
    return messagesOf(requestId);
  }

  function messagesOf(requestId: string) {
    return telegram.messages.filter(({ text }) => text.includes(requestId));
  }
});
