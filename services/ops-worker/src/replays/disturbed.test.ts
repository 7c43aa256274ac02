import { describe, expect, it } from "vitest";
import type { ReplayDesk } from "../testing/replay-desk.ts";
import { sentTo, withRecords } from "../testing/replayed-records.ts";

describe("a replay", () => {
  const build = (): ReplayDesk => {
    const desk = withRecords(6);
    for (let index = 0; index < 6; index += 1)
      desk.signal(`s${index}`, index === 3 ? { signal: { uncertainLegs: ["e"] } } : {});
    const refused = desk.signal("s9");
    desk.ledger.refusals.set(refused, { status: "refused", verdict: "SUPERSEDED", reason: "Too late." });
    return desk;
  };
  const outcome = async (desk: ReplayDesk, id: string) => {
    const { replay, items } = await desk.show(id);
    return {
      state: replay.state,
      counts: replay.counts,
      items: items.map(({ id: letter, state, verdict }) => [letter, state, verdict]),
      letters: [...desk.database.letters].map(([letter, { status }]) => [letter, status]),
      revived: desk.ledger.revived.map(({ requestId }) => requestId).toSorted(),
      messages: [...new Set(sentTo(desk))].toSorted(),
    };
  };
  const run = async (disturb: (desk: ReplayDesk, from: number) => void = () => undefined) => {
    const desk = build();
    const { id } = await desk.replay({ all: true, rate: 10 });
    const from = desk.calls;
    disturb(desk, from);
    await desk.ring();
    return { desk, id, steps: desk.calls - from };
  };
  const undisturbed = async () => {
    const { desk, id, steps } = await run();
    const expected = await outcome(desk, id);
    expect(expected.revived).toHaveLength(5);
    expect(steps).toBeGreaterThan(20);
    return { expected, steps };
  };

  it("that dies between any two of its steps goes on and ends as if nothing had happened", async () => {
    const { expected, steps } = await undisturbed();

    for (let call = 1; call <= steps; call += 1) {
      for (const when of ["before", "after"] as const) {
        const { desk, id } = await run((each, from) => (each.death = { call: from + call, when }));
        expect(await outcome(desk, id), `killed ${when} call ${call}`).toEqual(expected);
      }
    }
  }, 60_000);
});
