import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { health } from "#contracts/health";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { FakeQueue } from "../../../tooling/fakes/queue.ts";
import { createButtons } from "./buttons.ts";
import type { Channel } from "./channel.ts";
import { createChats } from "./chats.ts";
import { createApp } from "./http.ts";
import { Recent } from "./recent.ts";

const NOW = new Date("2026-11-01T12:00:00.000Z");

function worker(options: { check?: () => Promise<string>; chat?: string; kv?: string; kvDown?: boolean } = {}) {
  const written: { event: string; message: string; severity: string; fields: Record<string, unknown> }[] = [];
  const pressed: string[] = [];
  const later: Promise<unknown>[] = [];
  const [commands, records] = [new FakeQueue(), new FakeQueue()];
  const env = { COMMANDS_QUEUE: commands, RECORDS_QUEUE: records };
  const now = (): Date => NOW;
  const producer = createProducer({ source: "telegram-worker", env, now });
  const channel: Channel = {
    name: "telegram",
    deliver: async (_, chatId) => chatId,
    check: options.check ?? (async () => "@hoox_test_bot"),
  };
  const buffer = createLogBuffer({
    worker: "telegram-worker",
    producer,
    write: (line) => written.push(JSON.parse(line)),
  });
  const config = {
    get: async () => (options.kvDown ? Promise.reject(new Error("KV is away")) : (options.kv ?? null)),
  };
  const chats = createChats({ secret: options.chat ?? "42", config, log: buffer.log, now });
  const buttons = createButtons("inner,older");
  const app = createApp({
    buffer,
    channel,
    updates: {
      chats,
      buttons,
      pressed: {
        answer: async (queryId, { text, alert }) => void pressed.push(`${queryId}: ${text}${alert ? " (alert)" : ""}`),
        removeButtons: async (chatId, messageId) => void pressed.push(`buttons of ${chatId}/${messageId} removed`),
      },
      seen: new Recent(10),
      strangers: { hour: "", chats: new Set() },
      producer,
      now,
    },
    setup: { bot: undefined, chats, webhookSecret: "" },
    http: { internalKey: "inner", webhookSecret: "old,new", version: "v1" },
  });
  const context = {
    waitUntil: (work: Promise<unknown>) => void later.push(work),
    passThroughOnException: () => undefined,
    props: {},
  };
  async function post(update: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const request = new Request("https://internal/telegram", {
      method: "POST",
      headers: { "X-Internal-Auth-Key": "inner", "X-Telegram-Bot-Api-Secret-Token": "new", ...headers },
      body: typeof update === "string" ? update : JSON.stringify(update),
    });
    const response = await app.fetch(request, {}, context);
    await Promise.all(later);
    return response;
  }
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.fetch(new Request(`https://internal${path}`, { headers }), {}, context);
  const asked = () => commands.sent.map((wire) => decode(registry.commands.contracts, wire));
  const audited = () => records.sent.map((wire) => decode(registry.records.contracts, wire));
  return { post, get, written, pressed, commands, asked, audited, buttons };
}

const from = { id: 7, username: "trader" };
const fromChat = (id: number, text = "/status", type = "private") => ({
  update_id: id,
  message: { message_id: 17, date: NOW.getTime() / 1_000 - 5, chat: { id, type }, from, text },
});
const press = (data: string, chat = 42) => ({
  update_id: 5,
  callback_query: { id: "q", from, message: { message_id: 17, chat: { id: chat, type: "private" } }, data },
});

describe("POST /telegram", () => {
  it("is refused without the internal key", async () => {
    const { post } = worker();

    expect((await post(fromChat(42), { "X-Internal-Auth-Key": "wrong" })).status).toBe(401);
  });

  it("is refused without Telegram's secret, in words that do not tell it", async () => {
    const { post, asked } = worker();
    const response = await post(fromChat(42), { "X-Telegram-Bot-Api-Secret-Token": "wrong" });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "telegram_secret_mismatch" } });
    expect(asked()).toEqual([]);
  });

  it("accepts both secrets while they are rotated", async () => {
    const { post } = worker();

    expect((await post(fromChat(42), { "X-Telegram-Bot-Api-Secret-Token": "old" })).status).toBe(200);
  });

  it.each(["not JSON", { message: {} }, { update_id: "x" }])("refuses %j, which is no update", async (update) => {
    const { post } = worker();

    expect((await post(update)).status).toBe(400);
  });

  it("answers 200 and carries the request's id", async () => {
    const { post } = worker();
    const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
    const response = await post(fromChat(42), { "X-Request-Id": requestId });

    expect([response.status, response.headers.get("X-Request-Id")]).toEqual([200, requestId]);
  });

  it("hands on what the configured chat asks, with who asked and when", async () => {
    const { post, asked } = worker();
    await post(fromChat(42, "/kill all venue misbehaves"));

    expect(asked()).toMatchObject([
      {
        id: "telegram/42",
        type: "command.requested",
        data: {
          chatId: "42",
          ask: { kind: "text", text: "/kill all venue misbehaves" },
          person: "@trader",
          messageId: 17,
          at: new Date("2026-11-01T11:59:55.000Z"),
        },
      },
    ]);
  });

  it("hands on an update once, however often Telegram sends it", async () => {
    const { post, asked } = worker();
    expect([(await post(fromChat(42))).status, (await post(fromChat(42))).status]).toEqual([200, 200]);

    expect(asked()).toHaveLength(1);
  });

  it("has Telegram bring an update again that could not be queued", async () => {
    const { post, asked, commands } = worker();
    commands.failNext = 2;

    expect([(await post(fromChat(42))).status, (await post(fromChat(42))).status]).toEqual([503, 200]);
    expect(asked()).toHaveLength(1);
  });

  it("knows the chats that were set up in KV", async () => {
    const kv = JSON.stringify([{ chatId: "-100", title: "desk", addedAt: NOW.toISOString() }]);
    const { post, asked } = worker({ chat: "", kv });
    await post(fromChat(-100, "/status", "supergroup"));

    expect(asked()).toHaveLength(1);
  });

  it("takes nobody for a stranger while KV cannot be read", async () => {
    const { post, asked, audited } = worker({ chat: "42", kvDown: true });

    expect((await post(fromChat(43))).status).toBe(500);
    expect((await post(fromChat(42))).status).toBe(200);
    expect([asked().length, audited().length]).toEqual([1, 0]);
  });

  it("does nothing for strangers, and keeps for the audit what they asked, without their words", async () => {
    const { post, asked, audited, written, pressed } = worker();
    await post(fromChat(666, "/kill let me in"));

    expect([asked(), pressed]).toEqual([[], []]);
    expect(audited()).toMatchObject([
      { data: { actor: "telegram:666", action: "telegram.refused", target: "/kill", reason: /unknown chat 666/ } },
    ]);
    expect(written).toMatchObject([{ event: "telegram.stranger", severity: "warn", fields: { chatId: "666" } }]);
    expect(JSON.stringify([written, audited()])).not.toContain("let me in");
  });

  it("writes down a stranger once an hour, and no more than twenty of them", async () => {
    const { post, audited } = worker();
    for (let chat = 100; chat < 130; chat += 1) await post({ ...fromChat(chat), update_id: chat });
    for (let again = 0; again < 5; again += 1) await post({ ...fromChat(100), update_id: 1_000 + again });

    expect(audited()).toHaveLength(20);
    expect(new Set(audited().map(({ id }) => id)).size).toBe(20);
  });

  it("leaves people in a group alone unless they give a command", async () => {
    const { post, asked } = worker({ chat: "-100" });
    await post({ ...fromChat(-100, "good morning", "supergroup"), update_id: 1 });
    await post({ ...fromChat(-100, "/status", "supergroup"), update_id: 2 });

    expect(asked()).toHaveLength(1);
  });

  it("takes updates of kinds that it does not know", async () => {
    const { post } = worker();

    expect((await post({ update_id: 9, poll: { id: "1" } })).status).toBe(200);
  });
});

describe("a button", () => {
  const until = new Date(NOW.getTime() + 60_000);

  it("hands on its action, ends its clock and goes away", async () => {
    const { post, asked, pressed, buttons } = worker();
    await post(press(await buttons.dataOf({ chatId: "42", action: "resume:abc", until })));

    expect(asked()).toMatchObject([{ data: { ask: { kind: "button", action: "resume:abc" }, at: NOW } }]);
    expect(pressed).toEqual(["q: on its way", "buttons of 42/17 removed"]);
  });

  it.each([
    ["was pressed too late", { chatId: "42", action: "resume:abc", until: new Date(NOW.getTime() - 1_000) }],
    ["is of another chat", { chatId: "43", action: "resume:abc", until }],
  ])("does nothing when it %s", async (_, of) => {
    const { post, asked, pressed, buttons } = worker();
    await post(press(await buttons.dataOf(of)));

    expect(asked()).toEqual([]);
    expect(pressed[0]).toContain("holds no more");
  });

  it("does nothing when its action was changed", async () => {
    const { post, asked, buttons } = worker();
    const data = await buttons.dataOf({ chatId: "42", action: "kill-all", until });
    await post(press(data.replace("kill-all", "resume:0")));

    expect(asked()).toEqual([]);
  });

  it("still holds when it was signed by the key before the last rotation", async () => {
    const { post, asked } = worker();
    await post(press(await createButtons("older").dataOf({ chatId: "42", action: "kill-all", until })));

    expect(asked()).toHaveLength(1);
  });

  it("fits into what Telegram takes", async () => {
    const data = await createButtons("inner").dataOf({ chatId: "-1001234567890", action: "x".repeat(30), until });

    expect(new TextEncoder().encode(data).byteLength).toBeLessThanOrEqual(64);
  });

  it("of a stranger is not even read", async () => {
    const { post, asked, pressed, buttons, audited } = worker();
    await post(press(await buttons.dataOf({ chatId: "666", action: "resume:abc", until }), 666));

    expect([asked(), pressed]).toEqual([[], []]);
    expect(audited()).toMatchObject([{ data: { target: "a button" } }]);
  });
});

describe("GET /health", () => {
  const check = async (): Promise<string> => Promise.reject(new Error("Telegram refuses the bot token"));
  async function healthOf(options: Parameters<typeof worker>[0], headers = { "X-Internal-Auth-Key": "inner" }) {
    return health.parse(await (await worker(options).get("/health", headers)).json());
  }

  it("is ok while Telegram knows the bot", async () => {
    expect(await healthOf({})).toMatchObject({
      worker: "telegram-worker",
      status: "ok",
      dependencies: [{ detail: "@hoox_test_bot" }],
    });
  });

  it("says what is wrong with the token", async () => {
    expect(await healthOf({ check })).toMatchObject({
      status: "failing",
      dependencies: [{ detail: "Telegram refuses the bot token" }],
    });
  });

  it("asks Telegram nothing for a caller without the internal key", async () => {
    expect(await healthOf({ check }, { "X-Internal-Auth-Key": "" })).toMatchObject({ status: "ok" });
  });

  it("says when there is a bot but no chat", async () => {
    expect(await healthOf({ chat: "" })).toMatchObject({
      status: "failing",
      dependencies: [{ detail: expect.stringContaining("npx hoox telegram setup") }],
    });
  });
});

describe("any other path", () => {
  it("is 404", async () => {
    expect((await worker().get("/elsewhere")).status).toBe(404);
  });
});
