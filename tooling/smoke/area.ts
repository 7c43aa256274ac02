import type { World } from "./world.ts";

/** Something that Hoox and its fake account take for true of Cloudflare. */
export interface Assumption {
  /** One short clause, as the README lists it. */
  assumption: string;
  /** What the fake account says when it is asked. */
  fake: string;
}

interface Probe<Fixture> extends Assumption {
  /** What the account says, in the same words as `fake` where it is the same. */
  ask: (world: World, fixture: Fixture) => Promise<string>;
}

export interface Result extends Assumption {
  area: string;
  /** `different` is news about Cloudflare; `not asked` says nothing about it. */
  verdict: "same" | "different" | "not asked";
  /** What the account said, or why it was not asked. */
  account: string;
}

/** What is probed together. */
export interface Area {
  name: string;
  /** It makes things on the account, and needs leave to do so. */
  writes: boolean;
  assumptions: readonly Assumption[];
  probe: (world: World) => AsyncGenerator<Result>;
}

/** Probes that share what `prepare` makes; where it cannot be made, none of them is asked. */
export function area<Fixture>(of: {
  name: string;
  writes: boolean;
  prepare: (world: World) => Promise<Fixture>;
  probes: readonly Probe<Fixture>[];
}): Area {
  async function* probe(world: World): AsyncGenerator<Result> {
    const prepared = await settled(of.prepare(world));
    for (const { assumption, fake, ask } of of.probes) {
      const asked = "failed" in prepared ? prepared : await settled(ask(world, prepared.value));
      const shared = { area: of.name, assumption, fake };
      if ("failed" in asked) yield { ...shared, verdict: "not asked", account: asked.failed };
      else yield { ...shared, verdict: asked.value === fake ? "same" : "different", account: asked.value };
    }
  }
  return { name: of.name, writes: of.writes, assumptions: of.probes, probe };
}

async function settled<T>(promise: Promise<T>): Promise<{ value: T } | { failed: string }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
