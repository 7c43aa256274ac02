import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../cli/testing/run-cli.ts";
import { FakeTelegram, faults } from "../fakes/telegram.ts";
import { runHoox } from "./hoox.ts";
import { everythingWritten, leaksIn, type Written } from "./leaks.ts";
import { Mesh, OPERATOR_KEY, secrets, until, WEBHOOK_KEY } from "./mesh.ts";
import { paperVenue } from "./venue.ts";

const CHAT = "4242";
const venueKeys = { MAIN_BINANCE_API_KEY: "venue-key-5f21c9", MAIN_BINANCE_API_SECRET: "venue-secret-77ab10" };

/** What the mesh has never seen before: a typo of a key, somebody else's token, a signature in an error. */
const foreign = {
  typo: "sesame-open-4f3a",
  strategyKey: "hoox_breakout_mfrggzdfmztwq2lknnwg23tpobyxe43u",
  telegramToken: "7000000002:AAFakeTokenOfAnotherBot-0123456789abc",
  signature: "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
  venueKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
};

interface Queue {
  send(body: unknown): Promise<void>;
}
interface KeyValues {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

describe("secrets planted wherever an attacker or a bug could put them", () => {
  let telegram: FakeTelegram;
  let mesh: Mesh;
  const answers: Written[] = [];
  const outputs: Written[] = [];
  const own = () => [...Object.values({ ...secrets, ...venueKeys }), telegram.token].filter((each) => each !== "");
  /** The key of a strategy that exists: the answer that brought it is the one place where it may stand. */
  let strategyKey = "";
  const all = () => [...own(), strategyKey, ...Object.values(foreign)].filter((each) => each !== "");

  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    mesh = await Mesh.start({
      vars: {
        "telegram-worker": { TELEGRAM_API_URL: telegram.url },
        "ledger-worker": { ENTRY_VALIDITY_SECONDS: "4" },
      },
      secrets: {
        "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: CHAT },
        "trade-worker": venueKeys,
      },
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await telegram.stop();
  });

  async function ask(path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) {
    const response = await mesh.harness.fetch(new URL(path, mesh.url).href, init);
    const text = await response.text();
    const headers = JSON.stringify([...response.headers]);
    answers.push({ where: `answer to ${init.method ?? "GET"} ${path.slice(0, 40)}`, text: `${text} ${headers}` });
    return { status: response.status, text };
  }
  const post = (body: unknown, path = "/webhook", headers: Record<string, string> = {}) =>
    ask(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers });
  const order = { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" };

  it("in an alert without a valid key: URL, path, headers, every alias, and bodies of any form", async () => {
    for (const secret of [foreign.typo, foreign.strategyKey, foreign.telegramToken]) {
      for (const alias of [
        "apiKey",
        "key",
        "secret",
        "token",
        "passphrase",
        "webhook_secret",
        "TOKEN",
        "signalToken",
      ]) {
        await post({ ...order, [alias]: secret });
        await post({ ...order, nested: { deep: [{ [alias]: secret }] } });
      }
      await post(order, `/webhook?key=${secret}`);
      await post(order, `/webhook?token=${secret}&KEY=${secret}`);
      await post(`apiKey=${secret} buy BTCUSDT`);
      await post(`<alert><key>${secret}</key></alert>`);
      await post(JSON.stringify(JSON.stringify({ apiKey: secret })));
      await post(encodeURIComponent(JSON.stringify({ apiKey: secret })));
      await post(order, "/webhook", { authorization: `Bearer ${secret}`, cookie: `token=${secret}` });
      await ask("/ops/status", { headers: { authorization: `Bearer ${secret}`, "x-internal-auth-key": secret } });
      await ask(`/ops/status?key=${secret}`, { headers: { authorization: `Bearer ${secret}` } });
    }
    for (const path of [foreign.strategyKey, foreign.telegramToken, WEBHOOK_KEY])
      expect((await post(order, `/webhook/${path}`)).status).toBe(404);
  });

  it("in an alert under a valid key: in every field that a refusal may quote", async () => {
    const rest = { defaults: {}, limits: {}, validity: {} };
    const added = { name: "swing", enabled: true, account: "main", venue: "paper", ...rest };
    strategyKey = (await mesh.ops<{ key: string }>("POST", "/ops/strategies", added)).key;
    await post({ apiKey: strategyKey, ...order, strategy: strategyKey });
    await post({ ...order, comment: strategyKey }, `/webhook?key=${strategyKey}`);
    const { typo: _unshaped, signature: _hex, venueKey: _long, ...shaped } = foreign;
    for (const secret of [WEBHOOK_KEY, OPERATOR_KEY, secrets.INTERNAL_KEY_BINDING, ...Object.values(shaped)]) {
      const good = { apiKey: WEBHOOK_KEY, ...order };
      for (const field of [
        "symbol",
        "action",
        "quantity",
        "price",
        "exchange",
        "account",
        "strategy",
        "orderType",
        "comment",
      ])
        await post({ ...good, [field]: secret });
      await post({ ...good, takeProfits: [secret], stopLoss: secret });
      await post({ ...good, passphrase: secret, token: secret });
      await post({ ...good, note: `{{${secret}}}` });
      await post(`{"apiKey":"${WEBHOOK_KEY}","symbol":"${secret}",}`);
      await post({ ...good, idempotencyKey: `alert ${secret}` });
      const again = await post({ ...good, idempotencyKey: `alert ${secret}`, quantity: "2" });
      expect(again.status).toBe(409);
    }
  });

  it("in what the venue says: rejected, down and unclear", async () => {
    const reason = `-1022 at /order?timestamp=1&signature=${foreign.signature} X-MBX-APIKEY: ${foreign.venueKey.slice(0, 40)}`;
    const echo = `key ${venueKeys.MAIN_BINANCE_API_KEY} and ${venueKeys.MAIN_BINANCE_API_SECRET} are not permitted`;
    const venue = await paperVenue(mesh);
    await venue.configure({
      faults: [
        { match: { symbol: "NOUSDT" }, do: "reject", reason },
        { match: { symbol: "ECHOUSDT" }, do: "reject", reason: echo },
        { match: { symbol: "DOWNUSDT" }, do: "down", reason },
        { match: { symbol: "LOSTUSDT" }, do: "timeout_before_booking", reason: echo, times: 1 },
      ],
    });
    const ids = [];
    for (const symbol of ["NOUSDT", "ECHOUSDT", "DOWNUSDT", "LOSTUSDT"])
      ids.push(await mesh.accepted({ ...order, symbol }));
    for (const id of ids.slice(0, 3))
      await until(
        "it has ended",
        async () => (await mesh.rows(`SELECT 1 FROM signals WHERE request_id = '${id}'`)).length,
      );
  });

  it("in Telegram's updates and in its refusals", async () => {
    const secret = { "x-telegram-bot-api-secret-token": secrets.TELEGRAM_WEBHOOK_SECRET };
    const said = `/status ${OPERATOR_KEY} ${telegram.token} ${foreign.strategyKey} token=${foreign.typo}`;
    let update = 1;
    for (const headers of [secret, { "x-telegram-bot-api-secret-token": foreign.typo }])
      for (const chat of [Number(CHAT), 666]) {
        const from = { id: chat, is_bot: false, first_name: said.slice(0, 60), username: foreign.strategyKey };
        const message = {
          message_id: update,
          date: 1,
          chat: { id: chat, type: "private", title: said },
          from,
          text: said,
        };
        await post({ update_id: update, message }, "/telegram", headers);
        update += 1;
      }
    await post(`{"update_id": "${telegram.token}"}`, "/telegram", secret);
    telegram.fail({
      answer: 400,
      description: `Bad Request: https://api.telegram.org/bot${telegram.token}/sendMessage`,
    });
    await mesh.accepted({ ...order, symbol: "TOLDUSDT" });
    await until(
      "its letter is stored",
      async () => (await mesh.rows("SELECT 1 FROM dead_letters WHERE queue = 'notifications'")).length,
    );
    telegram.fail(faults.unavailable());
  });

  it("in what operators ask, and with wrong keys", async () => {
    const headers = { authorization: `Bearer ${OPERATOR_KEY}`, "content-type": "application/json" };
    const reason = `leaked ${OPERATOR_KEY} ${foreign.strategyKey} apiKey=${foreign.typo}`;
    for (const mode of ["entries", "off"]) {
      const body = JSON.stringify({ mode, reason });
      await ask("/ops/kill-switch", { method: "PUT", headers, body });
    }
    const { CONFIG } = await mesh.env<{ CONFIG: KeyValues }>("ops-worker");
    await CONFIG.put("trade:kill_switch", `all because ${OPERATOR_KEY}`);
    await ask("/ops/kill-switch", { headers });
    await ask("/ops/kill-switch", { method: "PUT", headers, body: JSON.stringify({ mode: "off", reason }) });
    await CONFIG.delete("trade:kill_switch");
    for (const path of ["dead-letters", "traces", "orders", OPERATOR_KEY])
      await ask(`/ops/${path}/${encodeURIComponent(`${OPERATOR_KEY} ${foreign.strategyKey}`)}`, { headers });
    await ask(`/ops/logs?grep=${OPERATOR_KEY}&worker=${foreign.strategyKey}`, { headers });
    const sql = `SELECT '${OPERATOR_KEY}' AS a, '${foreign.strategyKey}' AS b FROM nowhere_${foreign.strategyKey}`;
    for (const text of [sql, sql.split(" FROM")[0]])
      await ask("/ops/db/query", { method: "POST", headers, body: JSON.stringify({ sql: text }) });
    const body = JSON.stringify({ requestId: OPERATOR_KEY, outcome: reason });
    expect((await ask("/ops/lanes/resolve", { method: "POST", headers, body })).status).toBe(400);
  });

  it("in messages that nobody can handle", async () => {
    const body = {
      said: reasonWith(all()),
      headers: { "X-MBX-APIKEY": foreign.typo },
      inner: JSON.stringify({ apiKey: foreign.typo }),
    };
    const queues =
      await mesh.env<
        Record<"TRADE_SIGNALS_QUEUE" | "RECORDS_QUEUE" | "NOTIFICATIONS_QUEUE" | "SYSTEM_LOGS_QUEUE", Queue>
      >("hoox");
    const before = await letters();
    await queues.TRADE_SIGNALS_QUEUE.send(body);
    await queues.RECORDS_QUEUE.send({ json: body });
    await queues.NOTIFICATIONS_QUEUE.send({ json: { v: 1, type: `apiKey=${foreign.typo}`, ...body } });
    await queues.SYSTEM_LOGS_QUEUE.send(JSON.stringify(body));
    await until("all four are parked", async () => (await letters()) === before + 4);

    async function letters(): Promise<number> {
      return Number((await mesh.rows("SELECT count(*) AS n FROM dead_letters"))[0]?.["n"]);
    }
  });

  it("in what the terminal is told, and with a wrong key of its own", async () => {
    const known = await mesh.rows("SELECT request_id FROM signals WHERE outcome = 'rejected' LIMIT 1");
    const requestId = String(known[0]?.["request_id"]);
    const [letter] = await mesh.rows("SELECT id FROM dead_letters LIMIT 1");
    const lines = [
      ["status"],
      ["trace", requestId],
      ["logs", "query", "--limit", "500"],
      ["dlq", "list"],
      ["dlq", "show", String(letter?.["id"])],
      ["db", "query", "SELECT * FROM audit_log"],
      ["db", "query", `SELECT * FROM nowhere_${foreign.strategyKey}`],
      ["trace", foreign.strategyKey],
      ["send", "--symbol", "BTCUSDT", "--action", "buy", "--quantity", "1", "--price", "1"],
    ];
    const keys = { HOOX_URL: mesh.url.origin, HOOX_OPERATOR_KEY: OPERATOR_KEY, HOOX_WEBHOOK_KEY: WEBHOOK_KEY };
    const wrong = { HOOX_URL: mesh.url.origin, HOOX_OPERATOR_KEY: foreign.typo, HOOX_WEBHOOK_KEY: foreign.typo };
    const bad = { ...keys, HOOX_URL: `${mesh.url.origin}/x?key=${foreign.typo}` };
    const here = (args: readonly string[], env: Record<string, string>) => runCli(args, { env, now: () => new Date() });
    for (const { env, args, run } of [
      ...lines.map((line) => ({ env: keys, args: line, run: here })),
      // Programs of their own, whose argv and last words are theirs.
      { env: keys, args: ["dlq", "show", foreign.telegramToken], run: runHoox },
      { env: wrong, args: ["status"], run: runHoox },
      { env: wrong, args: ["send", "--symbol", "BTCUSDT"], run: runHoox },
      { env: bad, args: ["status"], run: runHoox },
    ]) {
      const { exitCode, stdout, stderr } = await run(args, env);
      expect([0, 1, 2, 3]).toContain(exitCode);
      outputs.push({ where: `hoox ${args.join(" ").slice(0, 30)}`, text: stdout + stderr });
    }
  }, 120_000);

  it("stand in nothing that the mesh wrote, answered, told or printed", async () => {
    await until(
      "the mesh has come to rest",
      async () => {
        const status = await mesh.ops<{ ledgers: { unconfirmed: number }[]; queues: { backlogCount: number }[] }>(
          "GET",
          "/ops/status",
        );
        return (
          status.queues.every((each) => each.backlogCount === 0) &&
          status.ledgers.every((each) => each.unconfirmed === 0)
        );
      },
      { timeoutMs: 40_000, everyMs: 250 },
    );
    const told = telegram.messages.map(({ source }) => ({ where: "Telegram", text: source }));
    const written = [...(await everythingWritten(mesh.harness)), ...answers, ...outputs, ...told];

    expect(leaksIn(written, all())).toEqual([]);
    expect(answers.length).toBeGreaterThan(150);
    expect(told.length).toBeGreaterThan(5);
  });

  it("would have been found in each of these places", async () => {
    const marker = "found-me-9b1deb4d";
    const { CONFIG } = await mesh.env<{ CONFIG: KeyValues }>("ops-worker");
    const { ARCHIVE } = await mesh.env<{ ARCHIVE: { put(key: string, text: string): Promise<unknown> } }>("d1-worker");
    await CONFIG.put("test", marker);
    await ARCHIVE.put("test", marker);
    await mesh.ops("PUT", "/ops/kill-switch", { mode: "off", reason: marker });
    const places = await until("it is stored", async () => {
      const found = new Set(
        leaksIn(await everythingWritten(mesh.harness), [marker]).map((line) => line.split(": …")[0]),
      );
      return found.has("table audit_log") && found.has("table system_logs") ? found : undefined;
    });
    expect([...places]).toEqual(expect.arrayContaining(["the Workers' console", "R2 test", "KV test"]));
    expect(telegram.messages.some(({ source }) => source.includes(marker))).toBe(true);
  });
});

function reasonWith(texts: readonly string[]): string {
  return texts.map((text, index) => `${index === 0 ? "apiKey" : "token"}=${text}`).join(" ");
}
