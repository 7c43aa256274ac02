import { notificationRequested } from "#contracts/notification";
import { queueSampled } from "#contracts/record";
import { signalHinted } from "#contracts/signal";
import { until, type Mesh } from "../mesh.ts";
import { paperVenue } from "../venue.ts";
import { message, parked } from "./letters.ts";

/** Letters of five causes, and what each is expected to be judged as. */
export interface Mixed {
  /** How many signals a bug parked; each is alone in its lane. */
  signals: number;
  /** Ids of the letters whose effect was seen. */
  effective: string[];
  /** What the records name, and the titles of the notifications. */
  samples: string[];
  told: string[];
  staleAt: number;
  /** Of a parked signal. */
  symbolOf(requestId: string): string | undefined;
  /** Newer signals settle in the lanes that are meant for it. */
  supersede(): Promise<void>;
  /** Two letters more, as the platform moves them: hints of a signal in doubt and of one that has ended. */
  doubt(): Promise<void>;
  /** Of the open letters: of parked signals by symbol, of all others by id. */
  verdicts(): Map<string, string>;
}

/** Time enough for those that become stale to be parked before. */
const staleMs = (count: number): number => 15_000 + 30 * count;
const AT_ONCE = 20;

export async function mixedLetters(mesh: Mesh, count: number): Promise<Mixed> {
  const symbols = new Map<string, string>();
  const verdicts = new Map<string, string>();
  const staleAt = Date.now() + staleMs(count);
  const wanted = Array.from({ length: count / 5 }, (_, index) => {
    const verdict = index % 10 < 2 ? "STALE" : index % 10 < 4 ? "SUPERSEDED" : "SAFE";
    return { verdict, symbol: `L${String(index).padStart(4, "0")}USDT` };
  });
  const alerts = wanted.toSorted((a, b) => Number(b.verdict === "STALE") - Number(a.verdict === "STALE"));
  for (let from = 0; from < alerts.length; from += AT_ONCE) {
    await Promise.all(
      alerts.slice(from, from + AT_ONCE).map(async ({ verdict, symbol }) => {
        const validity = verdict === "STALE" ? { expiresAt: new Date(staleAt).toISOString() } : {};
        const requestId = await mesh.accepted({ symbol, action: "buy", quantity: "1", price: "1", ...validity });
        symbols.set(requestId, symbol);
        verdicts.set(symbol, verdict);
      }),
    );
  }
  const others = otherLetters(count - symbols.size);
  for (const [id, verdict] of others.verdicts) verdicts.set(id, verdict);
  const stored = others.effective.map(({ body }) => body);
  await sendAll(mesh, "RECORDS_QUEUE", stored);
  await sendAll(mesh, "RECORDS_DLQ", others.records);
  await sendAll(mesh, "NOTIFICATIONS_DLQ", others.notifications);
  await sendAll(mesh, "TRADE_SIGNALS_DLQ", others.strangers);
  await until("all letters are stored", async () => (await lettersIn(mesh)) === count, {
    timeoutMs: 90_000,
    everyMs: 500,
  });
  return {
    signals: symbols.size,
    effective: others.effective.map(({ id }) => id),
    samples: others.samples,
    told: others.told,
    staleAt,
    symbolOf: (requestId) => symbols.get(requestId),
    verdicts: () => new Map(verdicts),
    async supersede() {
      const overtaken = [...verdicts].filter(([, verdict]) => verdict === "SUPERSEDED");
      const ids = await Promise.all(
        overtaken.map(([symbol]) => mesh.accepted({ symbol, action: "buy", quantity: "2", price: "1" })),
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
      const data = { ledger: "main:paper", purpose: "execute" } as const;
      await sendAll(mesh, "TRADE_SIGNALS_DLQ", [
        message(signalHinted, "in doubt", data, lost),
        message(signalHinted, "ended", data, String(filled?.["request_id"])),
      ]);
      verdicts.set("in doubt", "UNCERTAIN").set("ended", "DUPLICATE");
      await until("both are stored", async () => (await lettersIn(mesh)) === count + 2);
    },
  };
}

async function lettersIn(mesh: Mesh): Promise<number> {
  return Number((await mesh.rows("SELECT count(*) AS n FROM dead_letters"))[0]?.["n"]);
}

/** Through the ops-worker of `workers/mortal-replays.ts`. */
async function sendAll(mesh: Mesh, queue: string, bodies: readonly unknown[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += 50)
    await mesh.ops("POST", "/ops/test/send", { queue, bodies: bodies.slice(from, from + 50) });
}

/** Records whose database was away (a fifth of them stored after all), notifications, nonsense and signals of nobody. */
function otherLetters(count: number) {
  const verdicts = new Map<string, string>();
  const [records, notifications, strangers]: [unknown[], unknown[], unknown[]] = [[], [], []];
  const effective: { id: string; body: unknown }[] = [];
  const samples: string[] = [];
  const told: string[] = [];
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
      const title = `Told late ${index}`;
      told.push(title);
      const body = message(notificationRequested, id, {
        severity: "info",
        title,
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
  return { verdicts, effective, records, notifications, strangers, samples, told };
}
