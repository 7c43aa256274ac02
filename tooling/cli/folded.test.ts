import { describe, expect, it } from "vitest";
import { folded } from "./folded.ts";
import type { Step } from "./steps.ts";

function step(minute: number, event: string, message = event): Step {
  const at = new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString();
  return { at, worker: "trade-worker", severity: "info", event, message, source: "log" };
}

describe("the steps of a trace", () => {
  it("tell the looking after of a resting order once, and then what came of it", () => {
    const watches = [1, 2, 3].flatMap((minute) => [step(minute, "order.seen"), step(minute, "attempt.settled")]);
    const rows = folded([step(0, "order.placed"), ...watches, step(4, "order.seen", "filled")]);

    expect(rows.map(({ event, message, again }) => [event, message, again])).toEqual([
      ["order.placed", "order.placed", undefined],
      ["order.seen", "order.seen", { times: 2, last: "2026-11-24T12:03:00.000Z" }],
      ["attempt.settled", "attempt.settled", { times: 2, last: "2026-11-24T12:03:00.000Z" }],
      ["order.seen", "filled", undefined],
    ]);
  });

  it("stand apart when other words stand between them for long", () => {
    const others = Array.from({ length: 8 }, (_, index) => step(index, `other.${index}`));

    expect(folded([step(0, "order.seen"), ...others, step(9, "order.seen")])).toHaveLength(10);
  });
});
