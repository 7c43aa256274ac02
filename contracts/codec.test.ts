import { describe, expect, it } from "vitest";
import { serialize } from "superjson";
import * as z from "zod";
import { decode, decodeHeader, encode, relabel, UndecodableError, type Wire } from "./codec.ts";
import { defineContract, type MessageOf } from "./envelope.ts";

const greeted = defineContract({
  type: "person.greeted",
  version: 1,
  data: () => z.object({ name: z.string(), at: z.date() }),
});
const message: MessageOf<typeof greeted> = {
  v: 1,
  id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/person.greeted/1",
  type: "person.greeted",
  requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  causationId: "test",
  source: "hoox",
  occurredAt: new Date("2026-11-01T00:00:00.000Z"),
  generation: 0,
  confirmTo: "main:paper",
  data: { name: "Ada", at: new Date("2026-11-01T00:00:01.000Z") },
};

/** What a queue does to a body: JSON text and back. */
function overTheWire(wire: Wire): { json: Record<string, unknown>; meta?: { values?: Record<string, unknown> } } {
  return JSON.parse(JSON.stringify(wire));
}

function failure(run: () => unknown): UndecodableError {
  try {
    run();
  } catch (error) {
    if (error instanceof UndecodableError) return error;
    throw error;
  }
  throw new Error("it decoded");
}

describe("the codec", () => {
  it("gives back what was encoded, dates as dates", () => {
    expect(decode([greeted], overTheWire(encode(greeted, message)))).toEqual(message);
  });

  const shared = { both: 1 };
  it.each([
    ["plain data", { name: "Ada", tags: ["a", null, true, 1.5], "with.dot": { deep: {} } }],
    ["nothing", null],
    ["a date deep inside", { list: [{ at: new Date(0) }] }],
    ["undefined", { name: undefined }],
    ["a set", { tags: new Set(["a"]) }],
    ["a big number", { count: 10n }],
    ["minus zero", [-0]],
    ["not a number", { price: Number.NaN }],
    ["an object in two places", { one: shared, two: [shared] }],
    ["an object without a prototype", Object.assign(Object.create(null), { name: "Ada" })],
  ])("writes %s as superjson does", (_, data) => {
    const anything = defineContract({ type: "anything.said", version: 1, data: () => z.unknown() });
    const said = { ...message, type: "anything.said" as const, data };

    expect(JSON.stringify(encode(anything, said))).toBe(JSON.stringify(serialize(said)));
  });

  it("refuses names that would reach a prototype", () => {
    const anything = defineContract({ type: "anything.said", version: 1, data: () => z.unknown() });
    const data: unknown = JSON.parse('{"a":{"__proto__":{"b":1}}}');

    expect(() => encode(anything, { ...message, type: "anything.said", data })).toThrow(/prototype pollution/);
  });

  it("refuses to encode data that does not fit its contract", () => {
    expect(() => encode(greeted, { ...message, data: { ...message.data, at: new Date(Number.NaN) } })).toThrow(/at/);
  });

  it("still yields the header when the data is unreadable", () => {
    const wire = overTheWire(encode(greeted, message));
    wire.json["data"] = { name: 7 };

    const error = failure(() => decode([greeted], wire));
    expect(error.code).toBe("invalid_data");
    expect(error.header).toMatchObject({ requestId: message.requestId, confirmTo: "main:paper" });
  });

  it("still yields the header when superjson's annotations are broken", () => {
    const wire = overTheWire(encode(greeted, message));
    wire.meta = { values: { "data.at": ["nonsense"], "data.never.there": ["Date"] } };

    expect(decodeHeader(wire)?.known).toMatchObject({ id: message.id, occurredAt: message.occurredAt });
  });

  it.each([undefined, null, 7, "text", [], {}, { json: null }, { json: { id: "x" } }])(
    "calls %j no envelope",
    (body) => {
      expect(failure(() => decode([greeted], body)).code).toBe("not_an_envelope");
    },
  );

  it("says that a type has no contract on this queue", () => {
    const wire = overTheWire(encode(greeted, message));
    wire.json["type"] = "person.forgotten";

    expect(failure(() => decode([greeted], wire))).toMatchObject({
      code: "unknown_type",
      message: /person\.forgotten/,
    });
  });

  it("says that a newer version needs a newer Worker", () => {
    const wire = overTheWire(encode(greeted, message));
    wire.json["v"] = 2;

    expect(failure(() => decode([greeted], wire)).code).toBe("newer_version");
  });

  it("takes older versions up step by step", () => {
    const newer = defineContract({
      type: "person.greeted",
      version: 3,
      data: () => z.object({ fullName: z.string() }),
      upgrade: {
        1: (data) => ({ first: z.object({ name: z.string() }).parse(data).name }),
        2: (data) => ({ fullName: z.object({ first: z.string() }).parse(data).first }),
      },
    });

    expect(decode([newer], overTheWire(encode(greeted, message)))).toMatchObject({ v: 3, data: { fullName: "Ada" } });
  });

  it("leaves the body as it came, because it may have to be parked", () => {
    const wire = overTheWire(encode(greeted, message));
    const before = JSON.stringify(wire);
    decode([greeted], wire);

    expect(JSON.stringify(wire)).toBe(before);
    expect(wire.json["occurredAt"]).toBe("2026-11-01T00:00:00.000Z");
  });

  it("does not let a wire body reach the prototype of objects", () => {
    const wire: unknown = JSON.parse(
      '{"json":{"__proto__":{"polluted":true},"id":"x"},"meta":{"values":{"__proto__.polluted":["Date"]}}}',
    );
    failure(() => decode([greeted], wire));

    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("a message in another life", () => {
  const life = { generation: 2, replayId: "r-1" };

  it("is the same message with another generation, its Dates among its data", () => {
    const again = relabel(overTheWire(encode(greeted, message)), life);

    expect(decode([greeted], again && overTheWire(again))).toEqual({ ...message, ...life });
  });

  it("takes data along that no contract knows, and leaves what it was made of alone", () => {
    const wire = overTheWire(encode(greeted, message));
    wire.json["v"] = 7;
    const before = JSON.stringify(wire);
    const again = relabel({ ...wire, signal: "kept beside it" }, life);

    expect(decodeHeader(again)).toMatchObject({ known: { v: 7, ...life }, data: { name: message.data.name } });
    expect(JSON.stringify(wire)).toBe(before);
  });

  it.each([[undefined], ["text"], [{ json: { nonsense: true } }], [{ json: { id: "x" }, meta: { values: 3 } }]])(
    "does not exist for %j",
    (body) => {
      expect(relabel(body, life)).toBeUndefined();
    },
  );
});
