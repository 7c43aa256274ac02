import { DEFAULT_STRATEGY } from "#contracts/strategy";
import { changesInWords } from "#contracts/strategy-changes";
import { HttpError } from "#runtime/http-error";
import type { OpsHandlers } from "../call.ts";
import { changed } from "../strategies/changed.ts";
import { findStrategy, nameIn, notFound } from "../strategies/find.ts";
import { deleteStrategy, readStrategies, readStrategy, writeStrategy } from "../strategies/store.ts";
import { settingsOf, UNSET, viewOf } from "../strategies/view.ts";

export const listStrategies: OpsHandlers["strategies"] = async (_call, deps) => {
  const all = await readStrategies(deps);
  const views = all.flatMap(({ stored }) =>
    stored && "strategy" in stored ? [viewOf(stored.strategy, deps.now())] : [],
  );
  const unreadable = all.flatMap(({ name, stored }) =>
    stored && "problem" in stored ? [{ name, problem: stored.problem }] : [],
  );
  const unset = all.some(({ name }) => name === DEFAULT_STRATEGY) ? [] : [UNSET];
  return { strategies: [...unset, ...views], unreadable };
};

export const showStrategy: OpsHandlers["strategy"] = async ({ params }, deps) => {
  const strategy = await findStrategy(nameIn(params), deps);
  return { strategy: strategy === undefined ? UNSET : viewOf(strategy, deps.now()) };
};

export const setStrategy: OpsHandlers["setStrategy"] = async ({ requestId, params, body }, deps) => {
  const name = nameIn(params);
  const { replaces, ...settings } = body;
  const before = await findStrategy(name, deps);
  if (before?.updatedAt !== replaces) {
    throw new HttpError(409, "strategy_changed", `strategy ${name} was changed by somebody else meanwhile`, {
      hint: `look again: npx hoox strategy show ${name}`,
    });
  }
  const at = deps.now().toISOString();
  const strategy = { name, keys: before?.keys ?? [], createdAt: before?.createdAt ?? at, ...settings, updatedAt: at };
  await writeStrategy(strategy, deps);
  const changes = changesInWords(settingsOf(before ?? UNSET), settings);
  const what = changes.map((each) => `${each.name} ${each.before} → ${each.after}`).join(", ") || "nothing changed";
  const { note } = await changed({ name, action: "set", what, requestId }, deps);
  return { strategy: viewOf(strategy, deps.now()), note };
};

export const removeStrategy: OpsHandlers["removeStrategy"] = async ({ requestId, params }, deps) => {
  const name = nameIn(params);
  if ((await readStrategy(name, deps)) === undefined) throw notFound(name);
  await deleteStrategy(name, deps);
  const { note } = await changed({ name, action: "remove", what: "removed", requestId }, deps);
  return { name, note };
};
