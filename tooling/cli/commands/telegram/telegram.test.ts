import { describe, expect, it } from "vitest";
import type { TelegramStatus } from "#contracts/routes/telegram";
import { refusal, startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const status: TelegramStatus = {
  configured: true,
  username: "hoox_test_bot",
  webhook: { url: "", pending: 0 },
  defaultChat: "",
  chats: [],
  summary: { enabled: true, hour: 20, timeZone: "UTC" },
  unacknowledged: [],
  problems: [],
};
const critical = {
  id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/notification.requested/2",
  request_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  created_at: "2026-11-23T11:50:00.000Z",
  title: "Exit not executed",
  chat_id: "4242",
};
const sent = () => ({ body: { chatId: "4242" } });
const added = { body: { chats: [] } };

describe("hoox telegram setup", () => {
  it("prints a link, waits until somebody presses Start, and sends a test to that chat", async () => {
    let polls = 0;
    await using mesh = await startFakeMesh({
      telegram: status,
      findTelegramChat: () => ({ body: ++polls < 3 ? {} : { chat: { chatId: "4242", title: "trader" } } }),
      setTelegramChat: () => added,
      testTelegram: sent,
    });
    const ran = await runCli(["telegram", "setup", "--code", "abcdef"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("https://t.me/hoox_test_bot?start=abcdef");
    expect(ran.stdout).toContain("chat 4242 (trader)");
    expect(ran.stdout).toMatch(/cannot ask +http:\/\/127\.0\.0\.1:\d+ is no public https address/);
    expect(mesh.asked.map(({ line }) => line)).toEqual([
      "GET /ops/telegram",
      "POST /ops/telegram/find",
      "POST /ops/telegram/find",
      "POST /ops/telegram/find",
      "PUT /ops/telegram/chats",
      "POST /ops/telegram/test",
    ]);
  });

  it("sets the webhook when there is a public address", async () => {
    await using mesh = await startFakeMesh({
      telegram: { ...status, defaultChat: "4242" },
      testTelegram: sent,
      setTelegramWebhook: ({ body }) => ({ body: { ...(body as object), note: "its audit row could not be queued" } }),
    });
    const ran = await runCli(["telegram", "setup", "--url", "https://hoox.example.com/", "--json"], { mesh });

    expect(JSON.parse(ran.stdout)).toEqual({
      bot: "hoox_test_bot",
      chat: { chatId: "4242" },
      webhook: { url: "https://hoox.example.com/telegram" },
    });
    expect(ran.stderr).toContain("chat 4242 is set up already");
    expect(ran.stderr).toContain("its audit row could not be queued");
  });

  it("takes the webhook away while it looks for another chat, and puts it back when it finds none", async () => {
    const url = "https://hoox.example.com/telegram";
    await using mesh = await startFakeMesh({
      telegram: { ...status, defaultChat: "4242", webhook: { url, pending: 0 } },
      findTelegramChat: () => ({ body: {} }),
      setTelegramWebhook: ({ body }) => ({ body: body as object }),
    });
    const ran = await runCli(["telegram", "setup", "--another", "--code", "abcdef"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("nobody has sent /start abcdef to @hoox_test_bot within five minutes");
    expect(mesh.asked.filter(({ line }) => line.endsWith("webhook")).map(({ body }) => body)).toEqual([{}, { url }]);
  });

  it("answers no without a bot token, and says where one comes from", async () => {
    const { username: _, ...none } = status;
    await using mesh = await startFakeMesh({ telegram: { ...none, configured: false } });
    const ran = await runCli(["telegram", "setup"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toMatch(/no bot token[\s\S]*@BotFather/);
  });

  it("answers no when Telegram refuses the token, in its words", async () => {
    const { username: _, ...unknown } = status;
    await using mesh = await startFakeMesh({ telegram: { ...unknown, problems: ["Telegram refuses the bot token"] } });
    const ran = await runCli(["telegram", "setup"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Telegram refuses the bot token");
  });

  it.each(["http://hoox.example.com", "hoox"])("takes %s for no public address", async (url) => {
    expect((await runCli(["telegram", "setup", "--url", url])).exitCode).toBe(2);
  });
});

describe("hoox telegram show", () => {
  it("says who is told, who may ask, and what Telegram complained about", async () => {
    const lastError = "Wrong response from the webhook: 502 Bad Gateway";
    const url = "https://hoox.example.com/telegram";
    await using mesh = await startFakeMesh({
      telegram: {
        ...status,
        webhook: { url, pending: 2, lastError, lastErrorAt: "2026-11-23T11:59:00.000Z" },
        defaultChat: "4242",
        chats: [{ chatId: "-100", title: "desk", addedAt: "2026-11-22T12:00:00.000Z" }],
      },
    });
    const { exitCode, stdout } = await runCli(["telegram", "show"], { mesh });

    expect(exitCode).toBe(0);
    for (const part of ["@hoox_test_bot", `${url}, 2 updates wait`, lastError, "chat 4242", "chat -100 (desk)"])
      expect(stdout).toContain(part);
  });

  it("answers no while something critical waits", async () => {
    await using mesh = await startFakeMesh({ telegram: { ...status, unacknowledged: [critical] } });
    const { exitCode, stdout } = await runCli(["telegram", "show"], { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Exit not executed, 10 min ago; npx hoox telegram ack ${critical.id}`);
  });
});

describe("hoox telegram ack", () => {
  it("acknowledges one, or all", async () => {
    await using mesh = await startFakeMesh({ acknowledge: () => ({ body: { acknowledged: [critical.id] } }) });
    await runCli(["telegram", "ack", critical.id], { mesh });
    const { stdout } = await runCli(["telegram", "ack", "--all"], { mesh });

    expect(stdout).toBe(`acknowledged ${critical.id}\n`);
    expect(mesh.asked.map(({ body }) => body)).toEqual([{ id: critical.id }, {}]);
  });

  it("answers no for one that does not wait", async () => {
    await using mesh = await startFakeMesh({ acknowledge: () => refusal(404, "nothing called x waits") });

    expect(await runCli(["telegram", "ack", "x"], { mesh })).toMatchObject({ exitCode: 1, stdout: "" });
  });

  it("wants to know which", async () => {
    expect((await runCli(["telegram", "ack"])).exitCode).toBe(2);
    expect((await runCli(["telegram", "ack", "x", "--all"])).exitCode).toBe(2);
  });
});

describe("hoox telegram summary", () => {
  it("sets the hour and the time zone", async () => {
    await using mesh = await startFakeMesh({
      setSummary: ({ body }) => ({ body: { ...status.summary, ...(body as object) } }),
    });
    const flags = ["--hour", "8", "--time-zone", "Europe/Berlin"];
    const { stdout } = await runCli(["telegram", "summary", ...flags], { mesh });

    expect(stdout).toBe("daily at 8:00 Europe/Berlin\n");
  });

  it("says when, and changes nothing, without options", async () => {
    await using mesh = await startFakeMesh({ telegram: status });

    expect((await runCli(["telegram", "summary"], { mesh })).stdout).toBe("daily at 20:00 UTC\n");
  });

  it.each([
    ["--hour", "24"],
    ["--time-zone", "Mars/Olympus"],
  ])("does not take %s %s", async (...flags) => {
    expect((await runCli(["telegram", "summary", ...flags])).exitCode).toBe(2);
  });
});

describe("hoox telegram add, remove and test", () => {
  it("name the chat", async () => {
    await using mesh = await startFakeMesh({ setTelegramChat: () => added, testTelegram: sent });
    await runCli(["telegram", "add", "--", "-100"], { mesh });
    await runCli(["telegram", "remove", "4242"], { mesh });
    const { stdout } = await runCli(["telegram", "test", "--chat", "4242"], { mesh });

    expect(mesh.asked.map(({ body }) => body)).toEqual([
      { chatId: "-100", present: true },
      { chatId: "4242", present: false },
      { chatId: "4242" },
    ]);
    expect(stdout).toBe("sent to chat 4242\n");
  });

  it("take nothing but a chat's number", async () => {
    expect((await runCli(["telegram", "add", "@trader"])).exitCode).toBe(2);
  });
});
