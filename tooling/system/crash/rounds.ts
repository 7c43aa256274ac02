import { setTimeout as pause } from "node:timers/promises";
import type { MeshStatus } from "#contracts/routes/ops";
import { FakeTelegram } from "../../fakes/telegram.ts";
import { Random } from "../../fakes/random.ts";
import { LocalMesh } from "../local-mesh.ts";
import { until } from "../mesh.ts";
import { randomAlert, type AlertBody } from "./alerts.ts";
import { judge, type Evidence } from "./judge.ts";
import { OutsideVenue } from "./outside-venue.ts";

/**
 * The venue books at once and answers late, and an id is free again once its order has ended, as at Binance:
 * whoever does not ask it first after a crash trades twice.
 */
const VENUE = { latencyMs: 800, latencyAt: "after_booking", idMode: "unique_while_open" } as const;
const CHAT = "4242";
/** Leases, quiet times and backoffs of a minute that was interrupted have passed well before. */
const DRAIN_MS = 240_000;

export interface CrashOptions {
  rounds: number;
  seed: number;
  /** The venue denies every order it is asked about, which must be found out. */
  lies?: boolean;
  note: (line: string) => void;
}
export interface CrashReport {
  acknowledged: number;
  booked: number;
  outcomes: Record<string, number>;
  violations: string[];
}

/** Alerts in flight, SIGKILL of the whole mesh at a random moment, restart; again and again; then the judgement. */
export async function crashRounds({ rounds, seed, lies = false, note }: CrashOptions): Promise<CrashReport> {
  const random = new Random(seed, "crash");
  const venue = await OutsideVenue.open(VENUE);
  const telegram = await FakeTelegram.start({ chats: [CHAT] });
  const mesh = await LocalMesh.create();
  const vars = {
    PAPER_URL: venue.url,
    TELEGRAM_API_URL: telegram.url,
    TG_BOT_TOKEN_BINDING: telegram.token,
    TELEGRAM_CHAT_ID_DEFAULT: CHAT,
  };
  const start = () => mesh.start(...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}=${value}`]));
  const acknowledged = new Set<string>();
  try {
    await start();
    venue.lies = lies;
    for (let round = 1; round <= rounds; round += 1) {
      const sending = fire(mesh, random, acknowledged);
      const delayMs = random.integer(0, 2_000);
      await pause(delayMs);
      await mesh.kill();
      await sending;
      note(`round ${round} of ${rounds}: killed after ${delayMs} ms, ${acknowledged.size} acknowledged so far`);
      await start();
    }
    await drained(mesh);
    const told = telegram.messages.map((message) => message.text);
    const evidence = { acknowledged, told, books: await venue.books(), ...(await recorded(mesh)) };
    const outcomes = Object.groupBy(evidence.signals, (row) => String(row["outcome"]));
    return {
      acknowledged: acknowledged.size,
      booked: [...evidence.books.values()].reduce((sum, book) => sum + book.orders.length, 0),
      outcomes: Object.fromEntries(Object.entries(outcomes).map(([name, rows]) => [name, rows?.length ?? 0])),
      violations: judge(evidence),
    };
  } finally {
    await mesh.stop();
    await Promise.all([venue.close(), telegram.stop()]);
  }
}

/** Sends alerts over a second or so, some of them twice; notes which were acknowledged. Never rejects. */
async function fire(mesh: LocalMesh, random: Random, acknowledged: Set<string>): Promise<void> {
  const key = await mesh.secret("WEBHOOK_API_KEY_BINDING");
  const sends = Array.from({ length: random.integer(4, 10) }, () => {
    const alert = randomAlert(random);
    const times = random.chance(0.2)
      ? [random.integer(0, 1_000), random.integer(0, 1_000)]
      : [random.integer(0, 1_000)];
    return times.map((atMs) => ({ alert, atMs }));
  }).flat();
  await Promise.all(
    sends.map(async ({ alert, atMs }) => {
      await pause(atMs);
      // Whoever gets no answer was promised nothing.
      const requestId = await send(mesh, { ...alert, apiKey: key }).catch(() => undefined);
      if (requestId !== undefined) acknowledged.add(requestId);
    }),
  );
}

async function send(mesh: LocalMesh, alert: AlertBody): Promise<string | undefined> {
  const response = await fetch(`${mesh.url}/webhook`, { method: "POST", body: JSON.stringify(alert) });
  const { requestId } = (await response.json()) as { requestId: string };
  return response.status === 202 ? requestId : undefined;
}

/** No signal is under way, and everything that happened is on record and told. */
async function drained(mesh: LocalMesh): Promise<void> {
  const operatorKey = await mesh.secret("OPERATOR_KEY_BINDING");
  await until(
    "every ledger is at rest",
    async () => {
      const response = await fetch(`${mesh.url}/ops/status`, { headers: { authorization: `Bearer ${operatorKey}` } });
      const { ledgers, problems } = (await response.json()) as MeshStatus;
      const busy = ledgers.filter((each) => each.unended + each.inFlight + each.inDoubt + each.unconfirmed > 0);
      if (busy.length === 0 && problems.length === 0) return true;
      throw new Error(JSON.stringify({ busy, problems }));
    },
    { timeoutMs: DRAIN_MS, everyMs: 500 },
  );
}

async function recorded(mesh: LocalMesh): Promise<Pick<Evidence, "signals" | "orders" | "positions">> {
  return {
    signals: await everyRow(mesh, "signals"),
    orders: await everyRow(mesh, "orders"),
    positions: await everyRow(mesh, "positions"),
  };
}

/** A query answers 1,000 rows at most. */
async function everyRow(mesh: LocalMesh, table: string): Promise<Evidence["signals"]> {
  const rows: Evidence["signals"][number][] = [];
  for (;;) {
    const page = await mesh.rows(`SELECT * FROM ${table} ORDER BY rowid LIMIT 500 OFFSET ${rows.length}`);
    rows.push(...page);
    if (page.length < 500) return rows;
  }
}
