import { expect, test } from "vitest";
import { signalOf } from "./fakes/world.ts";
import { decodeWork, encodeWork, type Work } from "./work.ts";

const work: Work = {
  ledger: "main:paper",
  signal: signalOf({ sentAt: new Date("2026-11-20T11:59:59.123Z") }),
  lease: "lease-1",
  attempt: 1,
  tasks: [{ do: "place", clientOrderId: "abc-e", symbol: "BTCUSDT.P", leg: "e", role: "entry" }],
};

test("work survives the hand-over, dates included", () => {
  const text = JSON.stringify(encodeWork(work));
  expect(decodeWork(JSON.parse(text))).toEqual(work);
});

test.each([
  ["nothing", undefined],
  ["text", "hello"],
  ["plain JSON", { ledger: "main:paper" }],
  ["broken annotations", { json: { a: 1 }, meta: { values: { a: [["Unheard"]] } } }],
  ["another shape", { json: { ledger: 5 } }],
])("%s is refused as a bad request", (_, body) => {
  expect(() => decodeWork(body)).toThrow(expect.objectContaining({ status: 400, code: "invalid_attempt" }));
});
