import { describe, expect, it } from "vitest";
import { health } from "#contracts/routes";
import { createProducer } from "#queues/producer";
import { createLogBuffer } from "#runtime/log";
import type { Channel } from "./channel.ts";
import { createApp } from "./http.ts";
import { Recent } from "./recent.ts";

function worker(options: { check?: () => Promise<string>; chat?: string; token?: boolean } = {}) {
  const written: { event: string; message: string; fields: Record<string, unknown> }[] = [];
  const said: { chatId: string; text: string }[] = [];
  const later: Promise<unknown>[] = [];
  const producer = createProducer({ source: "telegram-worker", env: {} });
  const channel: Channel = {
    name: "telegram",
    deliver: async (_, chatId) => chatId,
    check: options.check ?? (async () => "@hoox_test_bot"),
  };
  const app = createApp({
    buffer: createLogBuffer({ worker: "telegram-worker", producer, write: (line) => written.push(JSON.parse(line)) }),
    channel,
    updates: {
      knownChatId: options.chat ?? "42",
      say: options.token === false ? undefined : async (chatId, text) => void said.push({ chatId, text }),
      seen: new Recent(10),
    },
    http: { internalKey: "inner", webhookSecret: "old,new", version: "v1", chatConfigured: options.chat !== "" },
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
  return { post, get, written, said };
}

const fromChat = (id: number, text = "hello", type = "private") => ({
  update_id: id,
  message: { message_id: 1, chat: { id, type }, text },
});

describe("POST /telegram", () => {
  it("is refused without the internal key", async () => {
    const { post } = worker();

    expect((await post(fromChat(42), { "X-Internal-Auth-Key": "wrong" })).status).toBe(401);
  });

  it("is refused without Telegram's secret, in words that do not tell it", async () => {
    const { post } = worker();
    const response = await post(fromChat(42), { "X-Telegram-Bot-Api-Secret-Token": "wrong" });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "telegram_secret_mismatch" } });
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

  it("points a person in the configured chat to the terminal", async () => {
    const { post, said } = worker();
    await post(fromChat(42));

    expect(said).toEqual([{ chatId: "42", text: expect.stringContaining("npx hoox status") }]);
  });

  it("answers an update once, however often Telegram sends it", async () => {
    const { post, said } = worker();
    expect([(await post(fromChat(42))).status, (await post(fromChat(42))).status]).toEqual([200, 200]);

    expect(said).toHaveLength(1);
  });

  it("only logs what strangers write, with the chat's id and without their words", async () => {
    const { post, said, written } = worker();
    await post(fromChat(666, "let me in"));

    expect(said).toEqual([]);
    expect(written).toMatchObject([{ event: "telegram.update", fields: { chatId: 666, known: false } }]);
    expect(JSON.stringify(written)).not.toContain("let me in");
  });

  it("leaves people in a group alone unless they give a command", async () => {
    const { post, said } = worker({ chat: "-100" });
    await post({ ...fromChat(-100, "good morning", "supergroup"), update_id: 1 });
    await post({ ...fromChat(-100, "/status", "supergroup"), update_id: 2 });

    expect(said).toHaveLength(1);
  });

  it("takes updates of kinds that it does not know", async () => {
    const { post } = worker();

    expect((await post({ update_id: 9, poll: { id: "1" } })).status).toBe(200);
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
      dependencies: [{ detail: expect.stringContaining("TELEGRAM_CHAT_ID_DEFAULT") }],
    });
  });
});

describe("any other path", () => {
  it("is 404", async () => {
    expect((await worker().get("/elsewhere")).status).toBe(404);
  });
});
