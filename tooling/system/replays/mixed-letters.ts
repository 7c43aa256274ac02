import { notificationRequested } from "#contracts/notification";
import { queueSampled } from "#contracts/record";
import { signalHinted } from "#contracts/signal";
import { until, type Mesh } from "../mesh.ts";
import { paperVenue } from "../venue.ts";
import { message, parked } from "./letters.ts";

interface Queue {
  send(body: unknown): Promise<unknown>;
  sendBatch(messages: { body: unknown }[]): Promise<unknown>;
}

/** Letters of five causes, and what each is expected to be judged as. */
export interface Mixed {
  /** requestIds of the signals that a bug parked. */
  signals: string[];
  safeSymbols: string[];
  samples: string[];
  /** Letters whose effect was seen. */
  effective: string[];
  staleAt: number;
  /** Newer signals settle in the lanes that are meant for it. */
  supersede(): Promise<void>;
  /** Two letters more, as the platform moves them: hints of a signal in doubt and of one that has ended. */
  doubt(): Promise<void>;
  /** Of the open letters, by id. */
  verdicts(): Promise<Map<string, string>>;
}

export const recordIds = ({ samples }: Mixed): string[] => samples;

/** Of ten signals six are safe; two become stale, two superseded. */
const STALE_MS = 25_000;

export async function mixedLetters(mesh: Mesh, count: number): Promise<Mixed> {
  const signals = new Map<string, { symbol: string; verdict: string }>();
  const staleAt = Date.now() + STALE_MS;
  const alerts = Array.from({ length: count / 5 }, (_, index) => {
    const verdict = index % 10 < 6 ? "SAFE" : index % 10 < 8 ? "STALE" : "SUPERSEDED";
    return { verdict, symbol: `L${String(index).padStart(4, "0")}USDT` };
  });
  for (let from = 0; from < alerts.length; from += 20) {
    await Promise.all(
      alerts.slice(from, from + 20).map(async ({ verdict, symbol }) => {
        const validity = verdict === "STALE" ? { expiresAt: new Date(staleAt).toISOString() } : {};
        const requestId = await mesh.accepted({ symbol, action: "buy", quantity: "1", price: "1", ...validity });
        signals.set(requestId, { symbol, verdict });
      }),
    );
  }
  const others = otherLetters(count - signals.size);
  const { RECORDS_QUEUE, RECORDS_DLQ, NOTIFICATIONS_DLQ, TRADE_SIGNALS_DLQ } =
    await mesh.env<Record<string, Queue>>("ops-worker");
  await sendAll(
    RECORDS_QUEUE,
    others.effective.map(({ body }) => body),
  );
  await sendAll(RECORDS_DLQ, others.records);
  await sendAll(NOTIFICATIONS_DLQ, others.notifications);
  await sendAll(TRADE_SIGNALS_DLQ, others.strangers);
  await until("all letters are stored", async () => (await lettersIn(mesh)) === count, {
    timeoutMs: 90_000,
    everyMs: 500,
  });
  return {
    signals: [...signals.keys()],
    safeSymbols: [...signals.values()].filter(({ verdict }) => verdict === "SAFE").map(({ symbol }) => symbol),
    samples: others.samples,
    effective: others.effective.map(({ id }) => id),
    staleAt,
    async supersede() {
      const newer = [...signals.values()].filter(({ verdict }) => verdict === "SUPERSEDED");
      const ids = await Promise.all(
        newer.map(({ symbol }) => mesh.accepted({ symbol, action: "buy", quantity: "2", price: "1" })),
      );
      await until("the newer ones have settled", async () => {
        const list = ids.map((id) => `'${id}'`).join(", ");
        const rows = await mesh.rows(
          `SELECT count(*) AS n FROM signals WHERE outcome = 'filled' AND request_id IN (${list})`,
        );
        return rows[0]?.["n"] === ids.length;
      });
    },
    async doubt() {
      const venue = await paperVenue(mesh);
      await venue.configure({ faults: [{ match: { symbol: "LOSTUSDT" }, do: "timeout_before_booking" }] });
      const lost = await mesh.accepted({ symbol: "LOSTUSDT", action: "buy", quantity: "1", price: "1" });
      await until("it is in doubt", async () => {
        const { ledgers } = await mesh.ops<{ ledgers: { inDoubt: number }[] }>("GET", "/ops/status");
        return ledgers.some((each) => each.inDoubt > 0);
      });
      const [filled] = await mesh.rows("SELECT request_id FROM signals WHERE outcome = 'filled' LIMIT 1");
      const queue = (await mesh.env<Record<string, Queue>>("ops-worker"))["TRADE_SIGNALS_DLQ"];
      const data = { ledger: "main:paper", purpose: "execute" } as const;
      await sendAll(queue, [
        message(signalHinted, "in doubt", data, lost),
        message(signalHinted, "ended", data, String(filled?.["request_id"])),
      ]);
      others.verdicts.set("in doubt", "UNCERTAIN").set("ended", "DUPLICATE");
      await until("both are stored", async () => (await lettersIn(mesh)) === count + 2);
    },
    async verdicts() {
      const expected = new Map(others.verdicts);
      const rows = await mesh.rows("SELECT id, request_id FROM dead_letters WHERE class = 'bug' LIMIT 1000");
      for (const { id, request_id } of rows)
        expected.set(String(id), signals.get(String(request_id))?.verdict ?? "unexpected");
      return expected;
    },
  };
}

async function lettersIn(mesh: Mesh): Promise<number> {
  return Number((await mesh.rows("SELECT count(*) AS n FROM dead_letters"))[0]?.["n"]);
}

async function sendAll(queue: Queue | undefined, bodies: readonly unknown[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += 50)
    await queue?.sendBatch(bodies.slice(from, from + 50).map((body) => ({ body })));
}

/** Records whose database was away (a fifth of them stored after all), notifications, nonsense and signals of nobody. */
function otherLetters(count: number) {
  const verdicts = new Map<string, string>();
  const [records, notifications, strangers]: [unknown[], unknown[], unknown[]] = [[], [], []];
  const effective: { id: string; body: unknown }[] = [];
  const samples: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `letter-${String(index).padStart(4, "0")}`;
    const kind = index % 8;
    if (kind < 5) {
      const body = message(queueSampled, id, {
        queue: `sample-${index}`,
        backlogCount: 1,
        backlogBytes: 1,
        sampledAt: new Date(),
      });
      samples.push(`sample-${index}`);
      if (kind === 0) effective.push({ id, body });
      records.push(
        parked(id, {
          originQueue: "records",
          error: "D1_ERROR",
          reason: `D1_ERROR: database ${index} is locked`,
          fingerprint: "locked",
          body,
        }),
      );
      if (kind !== 0) verdicts.set(id, "SAFE");
    } else if (kind === 5) {
      const body = message(notificationRequested, id, {
        severity: "info",
        title: `Told late ${index}`,
        details: [],
        at: new Date(),
      });
      notifications.push(
        parked(id, {
          originQueue: "notifications",
          error: "TelegramDown",
          reason: "502",
          fingerprint: "telegram",
          body,
        }),
      );
      verdicts.set(id, "SAFE");
    } else if (kind === 6) {
      records.push(
        parked(id, {
          originQueue: "records",
          class: "undecodable",
          error: "not_an_envelope",
          reason: "the body is not an envelope",
          fingerprint: "nonsense",
          body: { nonsense: index },
        }),
      );
      verdicts.set(id, "MALFORMED");
    } else {
      // As the platform moves it: the hint itself.
      strangers.push(message(signalHinted, id, { ledger: "main:paper", purpose: "execute" }));
      verdicts.set(id, "MALFORMED");
    }
  }
  return { verdicts, effective, records, notifications, strangers, samples };
}
