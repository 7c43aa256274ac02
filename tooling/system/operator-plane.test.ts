import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import { queueSampled } from "#contracts/record";
import { databaseRoutes } from "#contracts/routes/database";
import { opsRoutes } from "#contracts/routes/ops";
import { pathOf, type Route } from "#contracts/routes/route";
import { telegramRoutes } from "#contracts/routes/telegram";
import { tradeRoutes } from "#contracts/routes/trade";
import { FakeTelegram } from "../fakes/telegram.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";
import { message, parked } from "./replays/letters.ts";
import { paperVenue } from "./venue.ts";

type Name = keyof typeof opsRoutes;
const names = Object.keys(opsRoutes) as Name[];
/** They ask, though not by GET: their question does not fit into an address, or Telegram is spoken to. */
const asking: readonly Name[] = ["query", "findTelegramChat", "testTelegram", "planReplay"];

interface Change {
  /** As the audit log calls it. */
  action: string;
  call: () => Promise<{ path?: string; body?: unknown }>;
}

const strategy = { enabled: true, account: "main", venue: "paper", defaults: {}, limits: {}, validity: {} };

describe("the operator plane", () => {
  let outside: Server;
  let telegram: FakeTelegram;
  let mesh: Mesh;
  let pings = 0;
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    outside = createServer((_, response) => {
      pings += 1;
      response.end("OK");
    });
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    const address = outside.address();
    const port = typeof address === "object" ? address?.port : undefined;
    mesh = await Mesh.start({
      vars: {
        "ops-worker": { HEARTBEAT_URL: `http://127.0.0.1:${port}/ping-a1b2c3d4` },
        "telegram-worker": { TELEGRAM_API_URL: telegram.url },
      },
      secrets: { "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: "4242" } },
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await telegram.stop();
    outside.close();
  });

  const changes: Partial<Record<Name, Change>> = {
    setKillSwitch: { action: "kill-switch.on", call: async () => ({ body: { mode: "all", reason: "why not" } }) },
    acknowledge: {
      action: "notification.acknowledge",
      async call() {
        await until("somebody has to be told of the kill switch", async () => {
          const { unacknowledged } = await mesh.ops<{ unacknowledged: unknown[] }>("GET", "/ops/telegram");
          return unacknowledged.length;
        });
        return { body: {} };
      },
    },
    resolveLane: {
      action: "lane.resolve",
      call: async () => ({ body: { requestId: await inDoubt(), outcome: "rejected", reason: "seen at the venue" } }),
    },
    closePosition: {
      action: "position.close",
      call: async () => ({ body: { ledger: "main:paper", symbol: "BTCUSDT", key: "once", reason: "why not" } }),
    },
    reconcilePosition: {
      action: "position.reconcile",
      async call() {
        // Its word is wrong: the venue has never booked it.
        const requestId = await inDoubt();
        await mesh.ops("POST", "/ops/lanes/resolve", { requestId, outcome: "filled", reason: "a slip" });
        const place = { ledger: "main:paper", symbol: "LOSTUSDT" };
        return { body: { ...place, here: "1", held: "0", price: "1", reason: "it was never there" } };
      },
    },
    addStrategy: { action: "strategy.add", call: async () => ({ body: { name: "swing", ...strategy } }) },
    setStrategy: {
      action: "strategy.set",
      async call() {
        const path = "/ops/strategies/swing";
        const shown = await mesh.ops<{ strategy: { updatedAt: string } }>("GET", path);
        return { path, body: { ...strategy, enabled: false, replaces: shown.strategy.updatedAt } };
      },
    },
    rotateStrategy: {
      action: "strategy.rotate",
      call: async () => ({ path: "/ops/strategies/swing/rotate", body: { overlapSeconds: 0 } }),
    },
    removeStrategy: { action: "strategy.remove", call: async () => ({ path: "/ops/strategies/swing" }) },
    setTelegramWebhook: {
      action: "telegram.webhook",
      call: async () => ({ body: { url: "https://hoox.example/telegram" } }),
    },
    setTelegramChat: {
      action: "telegram.chat_added",
      call: async () => ({ body: { chatId: "77", title: "Desk", present: true } }),
    },
    setSummary: { action: "telegram.summary", call: async () => ({ body: { hour: 7 } }) },
    setConfig: {
      action: "config.set",
      call: async () => ({ body: { key: "config:summary", value: '{"hour":6}', reason: "earlier" } }),
    },
    secretChanged: {
      action: "secret.set",
      call: async () => ({
        body: { name: "INTERNAL_KEY_BINDING", change: "set", workers: ["hoox"], reason: "hoox secrets set" },
      }),
    },
    queueChanged: {
      action: "queue.purge",
      call: async () => ({ body: { queue: "records", change: "purge", reason: "hoox queues purge" } }),
    },
    discardLetters: {
      action: "dead-letters.discard",
      call: async () => ({ body: { ids: [await deadLetter()], reason: "of no use" } }),
    },
    restoreLetters: {
      action: "dead-letters.restore",
      async call() {
        const { ARCHIVE } = await mesh.env<{ ARCHIVE: { put(key: string, text: string): Promise<unknown> } }>(
          "d1-worker",
        );
        const of = { originQueue: "records", error: "D1_ERROR", reason: "down", fingerprint: "down" };
        const letter = parked("archived", { ...of, body: message(queueSampled, "archived", sample()) });
        await ARCHIVE.put("dead-letters/2026-11-24T12:00:00.000Z/archived.json", JSON.stringify(letter));
        return { body: { reason: "the database is back" } };
      },
    },
    createReplay: { action: "replay.create", call: async () => ({ body: { ids: [await deadLetter()] } }) },
    pauseReplay: { action: "replay.pause", call: async () => ({ path: `${await replay()}/pause`, body: {} }) },
    resumeReplay: {
      action: "replay.resume",
      async call() {
        const path = await replay();
        await mesh.ops("POST", `${path}/pause`, {});
        return { path: `${path}/resume`, body: {} };
      },
    },
    cancelReplay: { action: "replay.cancel", call: async () => ({ path: `${await replay()}/cancel`, body: {} }) },
  };

  it("has an example of every change here, so that none goes without its audit row", () => {
    const changing = names.filter((name) => opsRoutes[name].method !== "GET" && !asking.includes(name));
    expect(Object.keys(changes).toSorted()).toEqual(changing.toSorted());
  });

  it.each(Object.entries(changes).map(([name, change]) => ({ name: name as Name, ...change })))(
    "leaves an audit row that says who, what and why: $name",
    async ({ name, action, call: prepare }) => {
      const { path = opsRoutes[name].path, body } = await prepare();
      await mesh.ops(opsRoutes[name].method, path, body);

      const [row] = await until(`${name} is audited`, async () => {
        const rows = await mesh.rows(`SELECT actor, target, reason FROM audit_log WHERE action = '${action}'`);
        return rows.length > 0 ? rows : undefined;
      });
      expect(row).toEqual({
        actor: "operator",
        target: expect.stringMatching(/\S/),
        reason: expect.stringMatching(/\S/),
      });
    },
  );

  it("writes a line of every query, and no audit row", async () => {
    const before = await audited();
    await mesh.rows("SELECT 'a question of mine' AS asked");

    await until("the line is stored", async () => {
      const lines = await mesh.rows("SELECT fields FROM system_logs WHERE event = 'db.queried'");
      return lines.some((line) => String(line["fields"]).includes("a question of mine"));
    });
    expect(await audited()).toBe(before);
  });

  it("slows wrong keys down by the address of the caller, whatever address the caller claims", async () => {
    const statuses = [];
    for (let index = 0; index < 12; index += 1) {
      const claimed = { "x-source-ip": `10.0.0.${index}`, "x-forwarded-for": `10.0.0.${index}` };
      statuses.push((await ask("/ops/status", { authorization: "Bearer wrong", ...claimed })).status);
    }
    const operator = await ask("/ops/status", { authorization: `Bearer ${OPERATOR_KEY}` });

    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect(operator.status).toBe(200);
    expect(operator.headers.get("cache-control")).toBe("no-store");
    const claimed = await mesh.rows("SELECT 1 FROM system_logs WHERE fields LIKE '%10.0.0.%'");
    expect(claimed).toEqual([]);
  });

  const internal: readonly [Worker, Route][] = [
    ...Object.values(databaseRoutes).map((route): [Worker, Route] => ["d1-worker", route]),
    ...Object.values(telegramRoutes).map((route): [Worker, Route] => ["telegram-worker", route]),
    ...Object.values(tradeRoutes).map((route): [Worker, Route] => ["trade-worker", route]),
    ...Object.values(opsRoutes)
      // Asked just when internal keys differ; secrets.test.ts holds who may.
      .filter((route) => route !== opsRoutes.secrets)
      .map((route): [Worker, Route] => ["ops-worker", route]),
  ];
  it.each(internal.map(([worker, route]) => ({ worker, route, name: `${route.method} ${route.path}` })))(
    "$worker refuses $name without the internal key",
    async ({ worker, route }) => {
      const path = pathOf(route, { id: "x", requestId: crypto.randomUUID(), name: "swing" });
      for (const key of [undefined, "wrong"]) {
        const response = await mesh.harness.getWorker(worker).fetch(`http://${worker}${path}`, {
          method: route.method,
          headers: {
            authorization: `Bearer ${OPERATOR_KEY}`,
            "content-type": "application/json",
            ...(key === undefined ? {} : { "x-internal-auth-key": key }),
          },
          ...(route.method === "GET" ? {} : { body: "{}" }),
        });
        expect(response.status).toBe(401);
        expect(await response.text()).toContain("internal_key_mismatch");
      }
    },
  );

  it("tells somebody outside each minute that the mesh is well, and is silent while it is not", async () => {
    const { DB } = await mesh.env<{ DB: { prepare(sql: string): { run(): Promise<unknown> } } }>("d1-worker");
    const minute = (): Promise<unknown> => mesh.harness.getWorker("ops-worker").scheduled({ cron: "* * * * *" });
    await minute();
    expect(pings).toBe(1);

    await DB.prepare("ALTER TABLE fills RENAME TO away").run();
    await minute();
    expect(pings).toBe(1);

    await DB.prepare("ALTER TABLE away RENAME TO fills").run();
    await minute();
    expect(pings).toBe(2);
    await until("both changes are logged", async () => {
      const events = await mesh.rows("SELECT DISTINCT event FROM system_logs WHERE event LIKE 'heartbeat.%'");
      return events.length === 2;
    });
  });

  it("is reached through hoox alone: no other Worker has an address of its own", async () => {
    const { unstable_readConfig: readConfig } = await import("wrangler");
    const { configPathOf } = await import("../sync/paths.ts");
    const shown = workers.map((worker) => {
      const { workers_dev, preview_urls, routes, route } = readConfig({ config: configPathOf(worker) });
      return { worker, public: workers_dev === true || preview_urls === true || (routes ?? route) !== undefined };
    });
    expect(shown.filter((each) => each.public).map((each) => each.worker)).toEqual(["hoox"]);
  });

  async function ask(path: string, headers: Record<string, string>) {
    return mesh.harness.fetch(new URL(path, mesh.url).href, { headers });
  }

  async function audited(): Promise<number> {
    return Number((await mesh.rows("SELECT count(*) AS n FROM audit_log"))[0]?.["n"]);
  }

  function sample() {
    return { queue: `sample-${crypto.randomUUID()}`, backlogCount: 1, backlogBytes: 1, sampledAt: new Date() };
  }

  /** The id of a letter that is safe to replay: a record as the platform moves it. */
  async function deadLetter(): Promise<string> {
    const id = `letter-${crypto.randomUUID()}`;
    const { RECORDS_DLQ } = await mesh.env<{ RECORDS_DLQ: { send(body: unknown): Promise<void> } }>("ops-worker");
    await RECORDS_DLQ.send(message(queueSampled, id, sample()));
    await until("the letter is stored", async () => {
      const { letters } = await mesh.ops<{ letters: unknown[] }>("POST", "/ops/dead-letters/plan", { ids: [id] });
      return letters.length;
    });
    return id;
  }

  /** The path of a replay that has not ended: its first letter is still waited for. */
  async function replay(): Promise<string> {
    const id = await deadLetter();
    const body = { ids: [id] };
    const created = await mesh.ops<{ replay: { id: string } }>("POST", "/ops/replays", body);
    return `/ops/replays/${created.replay.id}`;
  }

  /** The requestId of an entry whose answer was lost. */
  async function inDoubt(): Promise<string> {
    await mesh.ops("PUT", "/ops/kill-switch", { mode: "off", reason: "to trade" });
    await (
      await paperVenue(mesh)
    ).configure({ faults: [{ match: { symbol: "LOSTUSDT" }, do: "timeout_before_booking" }] });
    const alert = { symbol: "LOSTUSDT", action: "buy", quantity: "1", price: "1" };
    const requestId = await mesh.accepted({ ...alert, idempotencyKey: crypto.randomUUID() });
    await until("it is in doubt", async () => {
      const { ledgers } = await mesh.ops<{ ledgers: { inDoubt: number }[] }>("GET", "/ops/status");
      return ledgers.some((each) => each.inDoubt > 0);
    });
    return requestId;
  }
});
