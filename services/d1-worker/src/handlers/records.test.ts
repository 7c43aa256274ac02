import { beforeEach, describe, expect, it } from "vitest";
import { PermanentError } from "#queues/errors";
import { flat } from "#contracts/position";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { databaseOver } from "../database.ts";
import type { RecordMessage } from "../rows.ts";
import { arrivedLetter, record } from "../testing/samples.ts";
import { storeLetters } from "./letter-parked.ts";
import { storeRecords } from "./records.ts";

const now = () => new Date("2026-11-01T10:00:00.000Z");
const other = "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
let d1: FakeD1;

beforeEach(() => {
  d1 = FakeD1.migrated();
});

async function store(...records: RecordMessage[]): Promise<readonly (Error | undefined)[]> {
  return storeRecords(records, { database: databaseOver(d1), now });
}

describe("a settled signal", () => {
  it("becomes a row with everything a trader asks for, decimals and times as text", async () => {
    await store(record("signal.settled"));

    expect(d1.rows("SELECT * FROM signals")).toEqual([
      expect.objectContaining({
        request_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
        created_at: "2026-11-01T09:30:00.120Z",
        lane: "main:paper:BTCUSDT.P",
        seq: 7,
        action: "long",
        outcome: "filled",
        quantity: "0.01",
        average_price: "65000.5",
        settled_at: "2026-11-01T09:30:00.164Z",
        code: null,
      }),
    ]);
  });

  it("is replaced by a newer revision, never by an older one, in whatever order they come", async () => {
    const revision = (rev: number, outcome: "working" | "filled" | "expired") =>
      record("signal.settled", { data: { rev, outcome } });
    await store(revision(5, "filled"), revision(4, "working"));
    await store(revision(3, "expired"));

    expect(d1.rows("SELECT rev, outcome FROM signals")).toEqual([{ rev: 5, outcome: "filled" }]);
  });
});

describe("alerts that did not trade", () => {
  it("show as refused, with the code and as much as was understood", async () => {
    await store(record("signal.refused"));

    const [row] = d1.rows("SELECT outcome, code, lane FROM signals");
    expect(row).toEqual({ outcome: "refused", code: record("signal.refused").data.code, lane: null });
  });

  it("show as duplicate, with the request that they repeat", async () => {
    const copy = record("signal.duplicated", { requestId: other });
    await store(record("signal.settled"), copy);

    expect(d1.rows("SELECT outcome, first_request_id FROM signals WHERE request_id = ?", other)).toEqual([
      { outcome: "duplicate", first_request_id: copy.data.firstRequestId },
    ]);
  });

  it("never hide what a ledger said about the same request", async () => {
    const settled = record("signal.settled");
    await store(settled);
    await store(record("signal.duplicated", { requestId: settled.requestId }));

    expect(d1.rows("SELECT outcome FROM signals")).toEqual([{ outcome: "filled" }]);
  });
});

describe("an order", () => {
  it("brings its fills and its position with it", async () => {
    await store(record("order.updated"));

    expect(d1.rows("SELECT client_order_id, status, created_at FROM orders")).toEqual([
      { client_order_id: "tmo6wtj3pvf23g65fmgxwpolnu-e", status: "filled", created_at: "2026-11-01T09:30:00.140Z" },
    ]);
    expect(d1.rows("SELECT id, quantity, price FROM fills")).toEqual([
      { id: "tmo6wtj3pvf23g65fmgxwpolnu-e/1", quantity: "0.01", price: "65000.5" },
    ]);
    expect(d1.rows("SELECT account, venue, symbol, quantity, last_request_id FROM positions")).toEqual([
      {
        account: "main",
        venue: "paper",
        symbol: "BTCUSDT.P",
        quantity: "0.01",
        last_request_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
      },
    ]);
  });

  it("gives way to what an operator said of its position, whichever comes first", async () => {
    const word = record("position.reconciled", {
      data: { account: "main", venue: "paper", position: { ...flat("BTCUSDT.P"), realisedProfit: "-12", rev: 2 } },
    });
    await store(word);
    await store(record("order.updated"));

    expect(d1.rows("SELECT quantity, average_price, realised_profit, rev, last_request_id FROM positions")).toEqual([
      { quantity: "0", average_price: null, realised_profit: "-12", rev: 2, last_request_id: word.requestId },
    ]);
  });

  it("keeps the fills of a revision that comes late, but not its status or position", async () => {
    const { data } = record("order.updated");
    const [fill] = data.fills;
    const late = record("order.updated", {
      data: {
        rev: 1,
        status: "working",
        fills: fill ? [{ ...fill, id: "early/1" }] : [],
        position: data.position && { ...data.position, rev: 0, quantity: "9" },
      },
    });
    await store(record("order.updated"));
    await store(late);

    expect(d1.rows("SELECT status FROM orders")).toEqual([{ status: "filled" }]);
    expect(d1.rows("SELECT quantity FROM positions")).toEqual([{ quantity: "0.01" }]);
    expect(d1.rows("SELECT count(*) AS fills FROM fills")).toEqual([{ fills: 2 }]);
  });

  it("changes nothing when it comes twice", async () => {
    await store(record("order.updated"), record("order.updated"));
    const before = d1.rows("SELECT * FROM orders JOIN fills USING (request_id)");

    expect(await store(record("order.updated"))).toEqual([undefined]);
    expect(d1.rows("SELECT * FROM orders JOIN fills USING (request_id)")).toEqual(before);
  });
});

describe("a notification", () => {
  it("that was delivered stays so when a failed copy is recorded later", async () => {
    await store(record("notification.sent", { data: { status: "failed", reason: "too many requests" } }));
    await store(record("notification.sent", { data: { status: "sent", reason: undefined } }));
    await store(record("notification.sent", { data: { status: "failed" } }));

    expect(d1.rows("SELECT status, reason FROM notifications")).toEqual([{ status: "sent", reason: null }]);
  });
});

describe("the audit log and the samples", () => {
  it("take each record once", async () => {
    await store(record("audit.recorded"), record("queue.sampled"));
    await store(record("audit.recorded"), record("queue.sampled"));

    expect(
      d1.rows("SELECT (SELECT count(*) FROM audit_log) AS audit, (SELECT count(*) FROM queue_samples) AS samples"),
    ).toEqual([{ audit: 1, samples: 1 }]);
  });
});

describe("a batch", () => {
  const hundred = Array.from({ length: 100 }, (_, n) =>
    record("order.updated", { data: { clientOrderId: `order-${n}`, fills: [], position: undefined } }),
  );

  it("of a hundred records is one round trip with one statement per table", async () => {
    await store(...hundred, record("signal.settled"));

    expect({ calls: d1.calls, statements: d1.statements }).toEqual({ calls: 1, statements: 3 });
    expect(d1.rows("SELECT count(*) AS orders FROM orders")).toEqual([{ orders: 100 }]);
  });

  it("loses only the record that the database refuses for good", async () => {
    d1.sqlite.exec(
      "CREATE TRIGGER poison BEFORE INSERT ON orders WHEN NEW.client_order_id = 'order-42' BEGIN SELECT RAISE(ABORT, 'poison'); END",
    );
    const results = await store(...hundred);

    expect(results.filter((each) => each !== undefined)).toEqual([expect.any(PermanentError)]);
    expect(results[42]).toMatchObject({ code: "row_refused", message: /poison/ });
    expect(d1.rows("SELECT count(*) AS orders FROM orders")).toEqual([{ orders: 99 }]);
    expect(d1.calls).toBeLessThan(20);
  });

  it.each(Object.values(d1Failures))("fails as a whole, to be retried, on %s", async (text) => {
    d1.failNext(1, text);
    const results = await store(...hundred);

    expect(results).toHaveLength(100);
    expect(results.every((each) => each instanceof Error && !(each instanceof PermanentError))).toBe(true);
    expect(d1.calls).toBe(1);
  });

  it("whose answer was lost is stored once when it comes again", async () => {
    d1.failNext(1, d1Failures.lost, { afterwards: true });
    await store(record("order.updated"));

    expect(await store(record("order.updated"))).toEqual([undefined]);
    expect(d1.rows("SELECT count(*) AS orders FROM orders")).toEqual([{ orders: 1 }]);
  });

  it("is retried with a hint while the tables are missing", async () => {
    d1 = new FakeD1();
    const [error] = await store(record("order.updated"));

    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error?.message).toMatch(/no such table: orders.*npx hoox db migrate/);
  });
});

describe("a record that is stored after all", () => {
  it("resolves the letter of its earlier failure", async () => {
    const settled = record("signal.settled");
    await storeLetters([arrivedLetter({ messageId: settled.id, originQueue: "notifications" })], {
      database: databaseOver(d1),
      now,
      producer: neverSends,
    });
    await store(settled);

    expect(d1.rows("SELECT status, resolved_at FROM dead_letters")).toEqual([
      { status: "resolved", resolved_at: "2026-11-01T10:00:00.000Z" },
    ]);
  });

  it("resolves the letter of a notification only when that was delivered", async () => {
    const delivered = record("notification.sent", { data: { status: "sent" } });
    const letter = arrivedLetter({ messageId: delivered.data.notificationId, originQueue: "notifications" });
    await storeLetters([letter], { database: databaseOver(d1), now, producer: neverSends });
    const status = () => d1.rows("SELECT status FROM dead_letters")[0]?.["status"];

    await store(record("notification.sent", { data: { status: "failed" } }));
    expect(status()).toBe("open");
    await store(delivered);
    expect(status()).toBe("resolved");
  });
});

const refuse = (): never => {
  throw new Error("nothing is sent in this test");
};
const neverSends = {
  send: refuse,
  park: refuse,
  pack: refuse,
  packLetter: refuse,
  sendPacked: refuse,
  isBound: refuse,
};
