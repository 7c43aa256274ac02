import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MONITOR_KEY } from "#contracts/monitor";
import type { DeadLetterRow } from "#contracts/letter-view";
import { FakeTelegram } from "../fakes/telegram.ts";
import { Mesh, until } from "./mesh.ts";

const CHAT = "4242";
const MINUTE_MS = 60_000;
const START = Date.parse(new Date().toISOString().slice(0, 16));

describe("the monitor", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  let minutes = 0;
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

  it("tells the chat when something begins, shows it as open, and tells when it is over", async () => {
    // What the platform itself moves to a dead-letter queue is the raw message.
    const { RECORDS_DLQ } = await mesh.env<{ RECORDS_DLQ: { send(body: unknown): Promise<void> } }>("ops-worker");
    await RECORDS_DLQ.send({ json: { given: "up" } });
    const letter = await until("the letter is stored", async () => {
      const { deadLetters } = await mesh.ops<{ deadLetters: DeadLetterRow[] }>("GET", "/ops/dead-letters");
      return deadLetters.find((each) => each.class === "unexplained");
    });
    await minute();
    await minute();
    await until("it is told", async () => said("Cloudflare itself gave messages up").length);
    expect(said("Cloudflare itself gave messages up")).toHaveLength(1);
    expect(await open()).toEqual(["letters.unexplained"]);

    await mesh.ops("POST", "/ops/dead-letters/discard", { ids: [letter.id], reason: "test" });
    await minute();
    await until("that it is over is told", async () => said("Over: cloudflare").length);
    expect(await open()).toEqual([]);
  });

  it("keeps to what is set in KV, and to its defaults where that is damaged", async () => {
    const { CONFIG } = await mesh.env<{ CONFIG: { put(key: string, value: string): Promise<void> } }>("ops-worker");
    await CONFIG.put(MONITOR_KEY, "{");
    await minute();
    await until("it is logged", async () => {
      const events = await mesh.rows("SELECT event FROM system_logs WHERE event = 'monitor.unconfigured'");
      return events.length > 0;
    });
    await CONFIG.put(MONITOR_KEY, JSON.stringify({ alerts: { "records.lag": { off: true } } }));
    await minute();
    expect(await open()).toEqual([]);
  });

  async function minute(): Promise<void> {
    minutes += 1;
    const scheduledTime = new Date(START + minutes * MINUTE_MS);
    await mesh.harness.getWorker("ops-worker").scheduled({ cron: "* * * * *", scheduledTime });
  }

  function said(words: string): string[] {
    return telegram.messages.map(({ text }) => text).filter((text) => text.includes(words));
  }

  async function open(): Promise<string[]> {
    const { monitor } = await mesh.ops<{ monitor: { alerts: { name: string }[] } }>("GET", "/ops/queues");
    return monitor.alerts.map(({ name }) => name);
  }
});
