import { expect, it } from "vitest";
import { Agenda } from "./agenda.ts";

it("takes events in order of time and of planning, limits among the others, and none that was cancelled", () => {
  const agenda = new Agenda();
  const taken: string[] = [];
  const say = (name: string) => (): void => void taken.push(name);
  agenda.add(20, say("at 20"));
  const limit = agenda.addLimit(0, 10, say("cancelled limit"));
  agenda.addLimit(5, 10, say("limit at 15"));
  agenda.addLimit(0, 20, say("limit at 20"));
  agenda.add(15, say("at 15"));
  agenda.cancel(agenda.add(1, say("cancelled")));
  agenda.cancel(limit);

  expect(agenda.nextAt).toBe(15);
  for (let event = agenda.take(); event !== undefined; event = agenda.take()) event.run();
  expect(taken).toEqual(["limit at 15", "at 15", "at 20", "limit at 20"]);
});

it("is kept busy by what is planned, not by limits", () => {
  const agenda = new Agenda();
  agenda.addLimit(0, 10, () => undefined);
  expect(agenda.foreground).toBe(0);
  agenda.add(10, () => undefined);
  expect(agenda.foreground).toBe(1);
});
