import { DEFAULT_STRATEGY } from "#contracts/strategy";
import { settingsInWords } from "#contracts/strategy-changes";
import { HttpError } from "#runtime/http-error";
import type { OpsHandlers } from "../call.ts";
import { changed } from "../strategies/changed.ts";
import { findOwn, nameIn } from "../strategies/find.ts";
import { newKey } from "../strategies/new-key.ts";
import { readStrategies, readStrategy, writeStrategy } from "../strategies/store.ts";
import { living, viewOf } from "../strategies/view.ts";

const MOST = 100;

export const addStrategy: OpsHandlers["addStrategy"] = async ({ requestId, body }, deps) => {
  const { name } = body;
  if (name === DEFAULT_STRATEGY || (await readStrategy(name, deps)) !== undefined) {
    const hint = `change it with: npx hoox strategy set ${name}`;
    throw new HttpError(409, "strategy_exists", `there is a strategy ${name} already`, { hint });
  }
  if ((await readStrategies(deps)).length >= MOST)
    throw new HttpError(409, "too_many_strategies", `there are ${MOST} strategies already`);
  const at = deps.now().toISOString();
  const { key, hash } = await newKey(name);
  const strategy = { ...body, keys: [{ hash, createdAt: at }], createdAt: at, updatedAt: at };
  await writeStrategy(strategy, deps);
  const what = settingsInWords(body).map((each) => `${each.name} ${each.value}`);
  const { note } = await changed({ name, action: "add", what: `added with ${what.join(", ")}`, requestId }, deps);
  return { strategy: viewOf(strategy, deps.now()), key, note };
};

/** At most two keys are ever valid: the one that was the newest, for a while, and the new one. */
export const rotateStrategy: OpsHandlers["rotateStrategy"] = async ({ requestId, params, body }, deps) => {
  const name = nameIn(params);
  const before = await findOwn(name, deps);
  const now = deps.now();
  const at = now.toISOString();
  const expiresAt = new Date(now.getTime() + body.overlapSeconds * 1_000).toISOString();
  const old = body.overlapSeconds === 0 ? [] : living(before.keys, now).slice(-1);
  const { key, hash } = await newKey(name);
  const keys = [...old.map((each) => ({ ...each, expiresAt })), { hash, createdAt: at }];
  const strategy = { ...before, keys, updatedAt: at };
  await writeStrategy(strategy, deps);
  const what = old.length === 0 ? "a new key, the old one dropped" : `a new key, the old one valid until ${expiresAt}`;
  const { note } = await changed({ name, action: "rotate", what, requestId }, deps);
  return { strategy: viewOf(strategy, now), key, note };
};
