import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HELD, HOLD_ENTRIES } from "#contracts/queue-hold";
import { MONITOR_KEY } from "#contracts/monitor";
import { HOLDS } from "#queues/hold";
import type { DeadLetterRow } from "#contracts/letter-view";
import { FakeTelegram } from "../fakes/telegram.ts";
import { Mesh, until } from "./mesh.ts";

const CHAT = "4242";
const MINUTE_MS = 60_000;
/** A minute ahead, so that what waits has waited for long enough to be worried about. */
const START = Date.now() + MINUTE_MS;

interface Config {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

describe("the monitor", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  let minutes = 0;
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    mesh = await Mesh.start({
      vars: {
        "telegram-worker": { TELEGRAM_API_URL: telegram.url },
        "trade-worker": { [HOLDS.name]: HOLDS.on },
        "ledger-worker": { ENTRY_VALIDITY_SECONDS: "900" },
      },
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
    const { CONFIG } = await mesh.env<{ CONFIG: Config }>("ops-worker");
    await CONFIG.put(MONITOR_KEY, "{");
    await minute();
    await until("it is logged", async () => {
      const events = await mesh.rows("SELECT event FROM system_logs WHERE event = 'monitor.unconfigured'");
      return events.length > 0;
    });
    // Any number of seconds, even none, is told of.
    const always = { enter: 0.000_001, leave: 0, forSeconds: 0 };
    await CONFIG.put(MONITOR_KEY, JSON.stringify({ alerts: { "acknowledgement.p99": always } }));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        mesh.accepted({ symbol: "ADAUSDT", action: "buy", quantity: String(index + 1) }),
      ),
    );
    await until("their acknowledgements are stored", async () => {
      const [row] = await mesh.rows("SELECT count(*) AS n FROM system_logs WHERE event = 'alert.accepted'");
      return Number(row?.["n"]) >= 20;
    });
    await until("none of them waits any more", async () => {
      const [row] = await mesh.rows("SELECT count(*) AS n FROM signals WHERE symbol = 'ADAUSDT'");
      return Number(row?.["n"]) >= 20;
    });
    await minute();
    // On a busy machine others may be open beside it.
    expect(await open()).toContain("acknowledgement.p99");

    const off = { ...always, off: true };
    await CONFIG.put(MONITOR_KEY, JSON.stringify({ alerts: { "acknowledgement.p99": off } }));
    await minute();
    expect(await open()).not.toContain("acknowledgement.p99");
  });

  it("tells of entries behind a paused consumer before they expire, how many, and when they are out of danger", async () => {
    const { CONFIG } = await mesh.env<{ CONFIG: Config }>("ops-worker");
    await CONFIG.put(`${HOLD_ENTRIES}trade-signals`, HELD);
    const waiting = await Promise.all(
      ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) =>
        mesh.accepted({ symbol, action: "buy", quantity: "1", price: "10" }),
      ),
    );
    await minute();
    await until("it is told", async () => said("Signals will expire before their turn comes: 3 signals").length);
    expect(said("At risk: 3 of 3 waiting signals")[0]).toMatch(/First expires in: \d+ min/);

    await CONFIG.delete(`${HOLD_ENTRIES}trade-signals`);
    await until("they have traded", async () => {
      const ended = await mesh.rows("SELECT request_id FROM signals WHERE outcome = 'filled'");
      return waiting.every((id) => ended.some((row) => row["request_id"] === id));
    });
    await minute();
    await until("that it is over is told", async () => said("Over: signals will expire").length);
    // What is critical is repeated while nobody has seen it, which is another message.
    const again = said("Signals will expire").filter((text) => !text.includes("nobody has acknowledged"));
    expect(again).toHaveLength(1);
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
