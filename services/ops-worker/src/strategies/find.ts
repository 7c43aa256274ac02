import { DEFAULT_STRATEGY, strategyName, type Strategy } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import * as z from "zod";
import { checked } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { readStrategy } from "./store.ts";

const path = z.object({ name: strategyName });

export function nameIn(params: Readonly<Record<string, string>>): string {
  return checked("path", path, params).name;
}

/** What stands under the name, or undefined for a `default` without settings. Throws 404 and, when damaged, 409. */
export async function findStrategy(name: string, deps: OpsDeps): Promise<Strategy | undefined> {
  const stored = await readStrategy(name, deps);
  if (stored === undefined && name === DEFAULT_STRATEGY) return undefined;
  if (stored === undefined) throw notFound(name);
  if ("strategy" in stored) return stored.strategy;
  const message = `the settings of strategy ${name} are damaged (${stored.problem}); none of its alerts is accepted`;
  throw new HttpError(409, "strategy_unreadable", message, {
    hint: `remove it and write it anew: npx hoox strategy remove ${name}`,
  });
}

/** As {@link findStrategy}, for what only a strategy with a key of its own can do. */
export async function findOwn(name: string, deps: OpsDeps): Promise<Strategy> {
  if (name === DEFAULT_STRATEGY) {
    throw new HttpError(409, "default_strategy", "the key of strategy default is the secret WEBHOOK_API_KEY_BINDING", {
      hint: "two values, separated by a comma, are both valid while you change it",
    });
  }
  const strategy = await findStrategy(name, deps);
  if (strategy === undefined) throw notFound(name);
  return strategy;
}

export function notFound(name: string): HttpError {
  return new HttpError(404, "strategy_not_found", `there is no strategy ${name}`, {
    hint: "see: npx hoox strategy list",
  });
}
