import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PermanentError } from "#queues/errors";
import { FakeTelegram, faults } from "../../../tooling/fakes/telegram.ts";
import { createBot, type Bot } from "./bot.ts";
import { createButtons } from "./buttons.ts";

let telegram: FakeTelegram;
let bot: Bot;
const moves: string[] = [];

beforeEach(async () => {
  telegram = await FakeTelegram.start({ chats: ["42", "-100777"] });
  moves.length = 0;
  bot = createBot({
    token: telegram.token,
    apiRoot: telegram.url,
    buttons: createButtons("inner"),
    timeoutSeconds: 0.5,
    onMoved: (from, to) => moves.push(`${from} → ${to}`),
  });
});

afterEach(() => telegram.stop());

const digest = { html: "<b>Filled</b> &amp; done", plain: "Filled & done", notifications: [] };

describe("the bot", () => {
  it("sends HTML that Telegram can read", async () => {
    expect(await bot.deliver(digest, "42")).toBe("42");
    expect(telegram.messages).toMatchObject([{ chatId: "42", text: "Filled & done", parseMode: "HTML" }]);
  });

  it("sends plain text once when Telegram cannot read the HTML", async () => {
    await bot.deliver({ ...digest, html: "<b>Filled & done" }, "42");

    expect(telegram.messages).toMatchObject([{ source: "Filled & done", parseMode: undefined }]);
  });

  it("comes back when Telegram says", async () => {
    telegram.fail(faults.tooManyRequests(17));

    await expect(bot.deliver(digest, "42")).rejects.toMatchObject({ name: "RetryLater", seconds: 17 });
  });

  it("follows a group that has moved, and remembers where", async () => {
    telegram.fail(faults.movedTo(-100777, "-5"));

    expect(await bot.deliver(digest, "-5")).toBe("-100777");
    expect(await bot.deliver(digest, "-5")).toBe("-100777");
    expect(telegram.calls).toEqual(["sendMessage -5", "sendMessage -100777", "sendMessage -100777"]);
    expect(moves).toEqual(["-5 → -100777"]);
  });

  it("gives up, in words that say what to do, when it is blocked", async () => {
    telegram.fail(faults.blocked());

    await expect(bot.deliver(digest, "42")).rejects.toMatchObject({
      code: "telegram_forbidden",
      message: expect.stringMatching(/chat 42 .*unblock it/),
    });
  });

  it("gives up on a chat that does not exist", async () => {
    await expect(bot.deliver(digest, "43")).rejects.toMatchObject({ code: "telegram_chat_not_found" });
  });

  it("gives up when no chat is configured, without asking Telegram", async () => {
    await expect(bot.deliver(digest, "")).rejects.toMatchObject({ code: "telegram_no_chat" });
    expect(telegram.calls).toEqual([]);
  });

  it("gives up on a message that Telegram refuses for another reason", async () => {
    await expect(bot.deliver({ ...digest, html: " " }, "42")).rejects.toMatchObject({ code: "telegram_bad_request" });
  });

  it.each(["7000000001:a-wrong-token", "nonsense"])(
    "gives up with the token %s, which it does not tell",
    async (token) => {
      const wrong = createBot({ token, apiRoot: telegram.url, buttons: createButtons("inner") });
      const error: unknown = await wrong.deliver(digest, "42").catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ code: "telegram_unauthorized" });
      expect(String(error)).not.toContain(token);
    },
  );

  it.each([
    ["answers 502", faults.unavailable()],
    ["is behind a proxy that answers in HTML", { answer: "html" as const }],
    ["does not answer in time", { answer: "hang" as const }],
    ["drops the connection", { answer: "reset" as const }],
  ])("tries again later when Telegram %s", async (_, fault) => {
    telegram.fail(fault);
    const error: unknown = await bot.deliver(digest, "42").catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(telegram.messages).toEqual([]);
  });

  it("says who it is when its token is good", async () => {
    expect(await bot.check()).toBe("@hoox_test_bot");
  });
});
