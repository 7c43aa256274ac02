import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeTelegram } from "../../../tooling/fakes/telegram.ts";
import { createBotSetup, type BotSetup } from "./bot-setup.ts";

let telegram: FakeTelegram;
let setup: BotSetup;

beforeEach(async () => {
  telegram = await FakeTelegram.start();
  setup = createBotSetup({ token: telegram.token, apiRoot: telegram.url });
});

afterEach(() => telegram.stop());

describe("the chat that sent /start with the code", () => {
  it("is found by it, with its name", async () => {
    telegram.say("42", "/start other1");
    telegram.say("43", "/start abcdef", { username: "trader" });

    expect(await setup.find("abcdef")).toEqual({ chatId: "43", title: "trader" });
  });

  it("is found though it has no name", async () => {
    telegram.inbox.add({
      message: { message_id: 1, date: 1, chat: { id: 44, type: "private" }, text: "/start abcdef" },
    });

    expect(await setup.find("abcdef")).toEqual({ chatId: "44" });
  });
});
