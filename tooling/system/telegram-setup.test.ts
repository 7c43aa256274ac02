import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeTelegram } from "../fakes/telegram.ts";
import { ROOT } from "../sync/paths.ts";
import { Mesh, OPERATOR_KEY, secrets, until } from "./mesh.ts";

const CHAT = "555";

describe("a mesh that has only a bot token", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    mesh = await Mesh.start({
      vars: { "telegram-worker": { TELEGRAM_API_URL: telegram.url } },
      secrets: { "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token } },
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await telegram.stop();
  });

  it("finds the chat of whoever presses Start, sends a test, and says that the chat cannot ask", async () => {
    const setting = hoox("telegram", "setup", "--code", "start-me-up");
    telegram.say("666", "/start something-else");
    telegram.say(CHAT, "/start start-me-up", { username: "ada" });
    const { exitCode, stdout, stderr } = await setting;

    expect(stderr).toContain("https://t.me/hoox_test_bot?start=start-me-up");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/chat 555 \(ada\) by @hoox_test_bot[\s\S]*cannot ask .*no public https address/);
    expect(telegram.textsIn(CHAT)).toEqual([expect.stringContaining("Hoox reaches you here")]);
    expect(telegram.textsIn("666")).toEqual([]);
  });

  it("tells that chat of the next trade, without a restart, and has the change on record", async () => {
    const requestId = await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "65000" });
    await until("the chat is told", async () => telegram.textsIn(CHAT).some((text) => text.includes(requestId)));

    const rows = await mesh.rows("SELECT actor, target FROM audit_log WHERE action = 'telegram.chat_added'");
    expect(rows).toEqual([{ actor: "operator", target: CHAT }]);
  });

  it("lets the chat ask once there is a public address: Telegram gets it with the secret", async () => {
    telegram.inbox.forget();
    const { exitCode, stdout } = await hoox("telegram", "setup", "--url", "https://hoox.example");

    expect(exitCode).toBe(0);
    expect(stdout).toContain("https://hoox.example/telegram");
    expect(telegram.inbox.webhook).toEqual({
      url: "https://hoox.example/telegram",
      secretToken: secrets.TELEGRAM_WEBHOOK_SECRET,
    });
  });

  it("shows the bot, the chat and where Telegram brings what is said", async () => {
    const { exitCode, stdout } = await hoox("telegram", "show");

    expect(exitCode).toBe(0);
    for (const part of ["@hoox_test_bot", "https://hoox.example/telegram", "chat 555", "daily at 20:00 UTC"])
      expect(stdout).toContain(part);
  });

  it("says what Telegram says when the test does not arrive", async () => {
    const { exitCode, stderr } = await hoox("telegram", "test", "--chat", "not-a-chat");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("must be a number")]);
    telegram.fail({ answer: 403, description: "Forbidden: bot was blocked by the user" });
    const refused = await hoox("telegram", "test");

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("unblock it");
  });

  async function hoox(...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const HOOX_URL = mesh.url.href.replace(/\/$/, "");
    const env = { ...process.env, HOOX_URL, HOOX_OPERATOR_KEY: OPERATOR_KEY, NO_COLOR: "1" };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(ROOT, "tooling/cli/hoox.js"), ...argv],
        { cwd: ROOT, env },
        (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }
});
