import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLetterRow } from "#contracts/letter-view";
import { FakeTelegram, faults } from "../fakes/telegram.ts";
import { Mesh, until } from "./mesh.ts";

const CHAT = "4242";

describe("the chat", () => {
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

  it("is told of a fill once, with the requestId", async () => {
    const requestId = await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "0.01", price: "65000" });
    const message = await until("the message has come", async () => telegram.messages[0]);

    expect(message).toMatchObject({ chatId: CHAT, parseMode: "HTML" });
    expect(message.text).toContain("Bought 0.01 BTCUSDT at 65000");
    expect(message.text).toContain(requestId);
    await until(
      "it is recorded",
      async () =>
        (await mesh.rows(`SELECT 1 FROM notifications WHERE request_id = '${requestId}' AND channel = 'telegram'`))
          .length,
    );
    expect(telegram.messages).toHaveLength(1);
  });

  it("that asks for patience is written to after the time it named", async () => {
    const before = telegram.messages.length;
    telegram.fail(faults.tooManyRequests(1));
    await mesh.accepted({ symbol: "ETHUSDT", action: "buy", quantity: "1", price: "3000" });

    await until("the message has come", async () => telegram.messages.length > before);
    expect(telegram.messages).toHaveLength(before + 1);
  });

  it("that has blocked the bot parks the message with its reason, and the next one arrives", async () => {
    telegram.fail(faults.blocked());
    const blocked = await mesh.accepted({ symbol: "SOLUSDT", action: "buy", quantity: "1", price: "150" });
    const letter = await until("the letter is stored", async () => {
      const { deadLetters } = await mesh.ops<{ deadLetters: DeadLetterRow[] }>(
        "GET",
        "/ops/dead-letters?queue=notifications",
      );
      return deadLetters.find((each) => each.request_id === blocked);
    });
    expect(letter).toMatchObject({
      queue: "notifications",
      class: "permanent",
      reason: expect.stringMatching(/blocked/),
    });

    const next = await mesh.accepted({ symbol: "SOLUSDT", action: "sell", quantity: "1", price: "151" });
    await until("the next one has come", async () => telegram.messages.some((each) => each.text.includes(next)));
  });
});
