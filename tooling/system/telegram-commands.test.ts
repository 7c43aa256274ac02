import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MeshStatus } from "#contracts/routes/ops";
import { FakeTelegram, type TelegramMessage } from "../fakes/telegram.ts";
import { Mesh, secrets, until } from "./mesh.ts";
import { bookOf } from "./venue.ts";

const CHAT = "4242";
const STRANGER = "666";

describe("the chat asks", () => {
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
  beforeEach(() => mesh.ops("PUT", "/ops/kill-switch", { mode: "off", reason: "before the test" }));

  it("/status is answered with one line and what is behind it", async () => {
    const { text, replyTo } = await answerTo("/status");

    expect(text).toMatch(/^Trading goes on, \d open\n/);
    expect(text).toContain("Dead letters: 0 open");
    expect(replyTo).toEqual(expect.any(Number));
  });

  it("/positions, /orders and /trace tell of a trade", async () => {
    const requestId = await mesh.accepted({ symbol: "ETHUSDT", action: "buy", quantity: "2", price: "3000" });
    await until("it has filled", async () => (await outcomeOf(requestId)) === "filled");

    expect((await answerTo("/positions")).text).toMatch(/ETHUSDT main:paper: 2 at 3000/);
    expect((await answerTo("/orders")).text).toContain(requestId);
    expect((await answerTo(`/trace ${requestId}`)).text).toMatch(/^filled: buy 2 ETHUSDT\n/);
  });

  it("/dlq, /queues and /help are answered", async () => {
    expect((await answerTo("/dlq")).text).toBe("No dead letter is open");
    expect((await answerTo("/queues")).text).toMatch(/queues are empty|Messages wait/);
    expect((await answerTo("/help")).text).toContain("/resume: trade again; asks first");
  });

  it("/kill stops the next order at once, and hoox status shows by whom", async () => {
    await answerTo("/kill venue misbehaves");

    expect(await outcomeOf(await alert("1"))).toBe("halted");
    expect(await bookOf(mesh)).not.toContainEqual(expect.objectContaining({ symbol: "BTCUSDT" }));
    const { killSwitch } = await mesh.ops<MeshStatus>("GET", "/ops/status");
    expect(killSwitch).toMatchObject({
      effective: "entries",
      state: { by: `telegram:${CHAT}`, reason: "venue misbehaves (@trader)" },
    });
  });

  it("/kill offers to stop exits too, and does so when the button is pressed", async () => {
    await answerTo("/kill");
    const answer = await answering(() => telegram.press(CHAT, "Stop exits too"));

    expect(answer.text).toMatch(/^Stopped: nothing executes/);
    expect(await mode()).toBe("all");
  });

  it("/kill never makes a stop milder", async () => {
    await mesh.ops("PUT", "/ops/kill-switch", { mode: "all", reason: "test" });
    await answerTo("/kill entries");

    expect(await mode()).toBe("all");
  });

  it("/resume asks first, and resumes when its button is pressed", async () => {
    await answerTo("/kill");
    const question = await answerTo("/resume");
    expect(await mode()).toBe("entries");

    const answer = await answering(() => telegram.press(CHAT, "Resume trading"));
    expect(answer.text).toMatch(/^Trading goes on/);
    expect(await mode()).toBe("off");
    expect(await outcomeOf(await alert("2"))).toBe("filled");
    await until("the button is gone", async () => question.buttons.length === 0);
    expect(telegram.answers).toContainEqual(expect.objectContaining({ text: "on its way" }));
  });

  it("a button that was pressed before another stop resumes nothing", async () => {
    await answerTo("/kill first");
    const question = await answerTo("/resume");
    const [data = ""] = question.buttons.flat().map((each) => each.callback_data);
    await answerTo("/kill second");
    const answer = await answering(() => telegram.pressData(CHAT, question.id, data));

    expect(answer.text).toContain("set again meanwhile");
    expect(await mode()).toBe("entries");
  });

  it("a button that somebody made up is refused", async () => {
    await answerTo("/kill");
    telegram.pressData(CHAT, 1, "resume:0.zzzzzz.AAAAAAAAAAAAAAAA");

    await until("the press is answered", async () =>
      telegram.answers.some(({ text }) => /holds no more/.test(text ?? "")),
    );
    expect(await mode()).toBe("entries");
  });

  it("an update that comes twice acts once", async () => {
    const before = await audited("kill-switch.on");
    const update = telegram.say(CHAT, "/kill twice");
    telegram.inbox.again(update);
    await until("both were taken", async () => telegram.inbox.deliveries.get(update.update_id) === 2);
    await answerTo("/status");

    expect(telegram.messages.filter(({ replyTo }) => replyTo === update.message?.message_id)).toHaveLength(1);
    await until("it is on record", async () => (await audited("kill-switch.on")) > before);
    expect(await audited("kill-switch.on")).toBe(before + 1);
  });

  it("a /resume that Telegram brings late is not done", async () => {
    await answerTo("/kill");
    const answer = await answering(() => telegram.say(CHAT, "/resume", { at: new Date(Date.now() - 300_000) }));

    expect(answer.text).toMatch(/^Too late/);
    expect(answer.buttons).toEqual([]);
  });

  it("/kill from an unknown chat does nothing, is answered by nobody, and is on record", async () => {
    telegram.say(STRANGER, "/kill all");
    const [row] = await until("it is on record", async () => {
      const rows = await mesh.rows(`SELECT * FROM audit_log WHERE actor = 'telegram:${STRANGER}'`);
      return rows.length > 0 ? rows : undefined;
    });

    expect(row).toMatchObject({ action: "telegram.refused", target: "/kill" });
    expect(await mode()).toBe("off");
    expect(telegram.textsIn(STRANGER)).toEqual([]);
    expect(await outcomeOf(await alert("3"))).toBe("filled");
  });

  /** Says it and waits for what answers that very message. */
  async function answerTo(text: string): Promise<TelegramMessage> {
    return answering(() => telegram.say(CHAT, text));
  }

  async function answering(ask: () => unknown): Promise<TelegramMessage> {
    const known = telegram.messages.length;
    ask();
    return until("it is answered", async () =>
      telegram.messages.slice(known).find((each) => each.chatId === CHAT && each.replyTo !== undefined),
    );
  }

  async function alert(quantity: string): Promise<string> {
    return mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity, price: "65000" });
  }

  async function mode(): Promise<string> {
    const { killSwitch } = await mesh.ops<MeshStatus>("GET", "/ops/status");
    return killSwitch.effective;
  }

  async function audited(action: string): Promise<number> {
    const rows = await mesh.rows(`SELECT 1 FROM audit_log WHERE action = '${action}' AND actor = 'telegram:${CHAT}'`);
    return rows.length;
  }

  async function outcomeOf(requestId: string): Promise<unknown> {
    const [row] = await until("the signal has ended", async () => {
      const rows = await mesh.rows(`SELECT outcome FROM signals WHERE request_id = '${requestId}'`);
      return rows.length > 0 ? rows : undefined;
    });
    return row?.["outcome"];
  }
});
