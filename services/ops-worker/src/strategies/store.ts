import { firstProblem } from "#contracts/codec";
import { strategy as schema, STRATEGY_ENTRIES, strategyEntry, type Strategy } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import { checked } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { reasonOf, within } from "../within.ts";

type Config = Pick<OpsDeps, "config" | "timeoutMs">;

/** What stands in KV under a name: nothing, a strategy, or something that is none. */
export type Stored = { strategy: Strategy } | { problem: string } | undefined;

export async function readStrategy(name: string, { config, timeoutMs }: Config): Promise<Stored> {
  const text = await within(timeoutMs, "KV", config.get(strategyEntry(name))).catch(unread);
  return text === null ? undefined : understood(name, text);
}

/** KV lists up to 1,000 names at once, more than anybody may make. */
export async function readStrategies(deps: Config): Promise<{ name: string; stored: Stored }[]> {
  const listed = deps.config.list({ prefix: STRATEGY_ENTRIES });
  const { keys } = await within(deps.timeoutMs, "KV", listed).catch(unread);
  return Promise.all(
    keys.map(async ({ name: key }) => {
      const name = key.slice(STRATEGY_ENTRIES.length);
      return { name, stored: await readStrategy(name, deps) };
    }),
  );
}

/** Throws 400 unless it is one that the gateway will read. */
export async function writeStrategy(strategy: Strategy, { config, timeoutMs }: Config): Promise<void> {
  const text = JSON.stringify(checked("settings", schema, strategy));
  await within(timeoutMs, "KV", config.put(strategyEntry(strategy.name), text)).catch(unconfirmed(strategy.name));
}

export async function deleteStrategy(name: string, { config, timeoutMs }: Config): Promise<void> {
  await within(timeoutMs, "KV", config.delete(strategyEntry(name))).catch(unconfirmed(name));
}

function understood(name: string, text: string): Stored {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success) return { problem: firstProblem(parsed.error) };
    return parsed.data.name === name
      ? { strategy: parsed.data }
      : { problem: `it says that it is ${parsed.data.name}` };
  } catch {
    return { problem: "it is no JSON" };
  }
}

function unread(error: unknown): never {
  throw new HttpError(503, "config_unreachable", `the strategies cannot be read: ${reasonOf(error)}`, { cause: error });
}

function unconfirmed(name: string): (error: unknown) => never {
  return (error) => {
    const message = `KV did not confirm the change of strategy ${name}: ${reasonOf(error)}`;
    throw new HttpError(503, "config_unreachable", message, {
      hint: `see what holds now: npx hoox strategy show ${name}`,
      cause: error,
    });
  };
}
