import { describe, expect, it } from "vitest";
import { strategyEntry } from "#contracts/strategy";
import { FakeClock, FakeConfig } from "../fakes.ts";
import { createStrategyReader } from "./read-strategy.ts";

const AT = "2026-11-23T14:00:00.000Z";

function textOf(maxNotional: string): string {
  const settings = {
    enabled: true,
    account: "second",
    venue: "paper",
    keys: [],
    defaults: {},
    limits: { maxNotional },
    validity: {},
  };
  return JSON.stringify({ ...settings, name: "scalper", createdAt: AT, updatedAt: AT });
}

/** An isolate that has read `scalper` once, with a limit of 500. */
async function isolate() {
  const [config, clock] = [new FakeConfig(), new FakeClock()];
  const reader = createStrategyReader(config, clock);
  const refreshes: Promise<unknown>[] = [];
  const read = (name = "scalper") => reader(name, (work) => void refreshes.push(work));
  const limit = async () => (await read())?.limits.maxNotional;
  config.values.set(strategyEntry("scalper"), textOf("500"));
  await read();
  return { config, clock, read, limit, refreshed: () => Promise.allSettled(refreshes) };
}

describe("the settings that an isolate knows", () => {
  it("are served at once when they are older than ten seconds, and read anew behind the answer", async () => {
    const { config, clock, limit, refreshed } = await isolate();
    config.values.set(strategyEntry("scalper"), textOf("900"));
    clock.advance(10_000);

    expect(await limit()).toBe("500");
    await refreshed();
    expect(await limit()).toBe("900");
  });

  it("are read anew by one alert, not by all that come meanwhile", async () => {
    const { config, clock, limit } = await isolate();
    config.trouble = "hang";
    clock.advance(10_000);

    expect([await limit(), await limit(), await limit()]).toEqual(["500", "500", "500"]);
    expect(config.reads).toBe(2);
  });

  it("are waited for when they are older than thirty", async () => {
    const { config, clock, limit } = await isolate();
    config.values.set(strategyEntry("scalper"), textOf("900"));
    clock.advance(30_001);

    expect(await limit()).toBe("900");
  });

  it.each([
    ["removed", (config: FakeConfig) => config.values.delete(strategyEntry("scalper")), undefined],
    [
      "damaged",
      (config: FakeConfig) => config.values.set(strategyEntry("scalper"), "{"),
      expect.objectContaining({ code: "strategy_unreadable" }),
    ],
  ])("hold no longer once they are found %s", async (_, change, found) => {
    const { config, clock, read, refreshed } = await isolate();
    change(config);
    clock.advance(10_000);
    await read();
    await refreshed();

    expect(await read().catch((error: unknown) => error)).toEqual(found);
  });
});

describe("a name that nobody has", () => {
  it("costs one read in five seconds, however often it is asked for", async () => {
    const { config, clock, read } = await isolate();
    for (let tries = 0; tries < 20; tries += 1) expect(await read("invented")).toBeUndefined();

    expect(config.reads).toBe(2);
    clock.advance(5_000);
    await read("invented");
    expect(config.reads).toBe(3);
  });

  it("is forgotten among very many, and what exists is not", async () => {
    const { config, read } = await isolate();
    for (let name = 0; name < 600; name += 1) await read(`invented-${name}`);
    await read();
    expect(config.reads).toBe(601);
    await read("invented-0");

    expect(config.reads).toBe(602);
  });
});
