import { describe, expect, it } from "vitest";
import { tallyInvocation, type Counts, type TailEvent } from "./tally.ts";

type Inner = TailEvent["event"];
type Onset = Extract<Inner, { type: "onset" }>;

/** What is counted of one invocation with these events. */
function counted(onset: Omit<Onset, "type">, events: Inner[] = [], calledFrom?: string): Counts {
  const counts: Counts = {};
  const next = tallyInvocation({ spanContext: { spanId: calledFrom }, event: { type: "onset", ...onset } }, counts);
  for (const event of [...events, { type: "outcome" } as const]) next({ spanContext: {}, event });
  return counts;
}

function attributes(of: Record<string, unknown>): Inner {
  return { type: "attributes", info: Object.entries(of).map(([name, value]) => ({ name, value })) };
}

const stateless = { executionModel: "stateless" };
const ledger = { executionModel: "durableObject", entrypoint: "AccountLedger" };

describe("an invocation costs", () => {
  it("a Worker request when it came from outside", () => {
    expect(counted({ ...stateless, info: { type: "fetch" } })).toEqual({ "workerRequests fetch": 1 });
  });

  it("nothing when another Worker called it through a binding", () => {
    expect(counted({ ...stateless, info: { type: "fetch" } }, [], "a-span")).toEqual({});
  });

  it("three operations per message of a queue's batch, and a Worker request per batch", () => {
    const info = { type: "queue", queueName: "records", batchSize: 4 };
    expect(counted({ ...stateless, info })).toEqual({
      "workerRequests queue records": 1,
      "queueOperations records": 12,
    });
  });

  it("a Durable Object request per RPC, by its method, and per alarm", () => {
    expect(counted({ ...ledger, info: { type: "jsrpc" } }, [attributes({ "jsrpc.method": "accept" })])).toEqual({
      "durableObjectRequests AccountLedger accept": 1,
    });
    expect(counted({ ...ledger, info: { type: "alarm" } })).toEqual({ "durableObjectRequests AccountLedger alarm": 1 });
  });

  it("the rows that its statements and setAlarm write", () => {
    const d1 = attributes({
      "db.query.text": "INSERT INTO signals (a) VALUES (1)",
      "cloudflare.d1.response.rows_written": 3,
    });
    const sql = attributes({
      "db.query.text": "UPDATE lanes SET a = 1",
      "cloudflare.durable_object.response.rows_written": 2,
    });
    expect(counted({ ...stateless, info: { type: "fetch" } }, [d1], "a-span")).toEqual({ "rowsWritten D1 signals": 3 });
    expect(
      counted({ ...ledger, info: { type: "alarm" } }, [
        sql,
        { type: "spanOpen", name: "durable_object_storage_setAlarm" },
      ]),
    ).toMatchObject({
      "rowsWritten AccountLedger lanes": 2,
      "rowsWritten AccountLedger durable_object_storage_setAlarm": 1,
    });
  });

  it("nothing where the bench itself asked", () => {
    const question = attributes({ "jsrpc.method": "status" });
    expect(counted({ ...ledger, info: { type: "jsrpc" } }, [question])).toEqual({});
  });

  it("nothing for what wrangler writes for its explorer", () => {
    const own = attributes({
      "db.query.text": "INSERT OR REPLACE INTO __miniflare_do_name (id, name) VALUES (1, ?)",
      "cloudflare.durable_object.response.rows_written": 1,
    });
    expect(counted({ ...stateless, info: { type: "fetch" } }, [own], "a-span")).toEqual({});
  });
});
