import type * as z from "zod";
import { accountLimits, LIMITS_ENTRIES } from "./account-limits.ts";
import { firstProblem } from "./codec.ts";
import { account, placeOf, venues } from "./ids.ts";
import { KILL_SWITCH_KEYS } from "./kill-switch.ts";
import { MONITOR_KEY, monitorConfig } from "./monitor.ts";
import { HELD, HOLD_ENTRIES } from "./queue-hold.ts";
import { strategy, STRATEGY_ENTRIES, strategyName } from "./strategy.ts";
import { SUMMARY_KEY, summaryConfig, TELEGRAM_CHATS_KEY, telegramChats } from "./telegram.ts";

/** One key of KV, or all that begin alike. */
export interface ConfigKey {
  /** `strategy:<name>` stands for all of them. */
  key: string;
  is: (key: string) => boolean;
  about: string;
  /** Of the value as it stands there: text, or JSON. */
  problemIn: (value: string) => string | undefined;
  /** The command that changes it with a plan of its own. */
  command: string;
}

const STOPS = /^(?:true|false|1|0|on|off|yes|no|all|entries|)$/i;

/** What stands in the namespace CONFIG: the one list of it. */
export const configKeys: readonly ConfigKey[] = [
  {
    key: `${STRATEGY_ENTRIES}<name>`,
    is: (key) => key.startsWith(STRATEGY_ENTRIES) && strategyName.safeParse(key.slice(STRATEGY_ENTRIES.length)).success,
    about: "a strategy: keys, account, venue, defaults, limits",
    problemIn: (value) => problemOf(strategy, value),
    command: "npx hoox strategy set",
  },
  {
    key: `${LIMITS_ENTRIES}<account>:<venue>`,
    is: (key) => key.startsWith(LIMITS_ENTRIES) && placeOf(key.slice(LIMITS_ENTRIES.length)) !== undefined,
    about: "what an account allows of every entry when it is sent",
    problemIn: (value) => problemOf(accountLimits, value),
    command: "npx hoox config set",
  },
  {
    key: TELEGRAM_CHATS_KEY,
    is: (key) => key === TELEGRAM_CHATS_KEY,
    about: "chats that may ask and are told",
    problemIn: (value) => problemOf(telegramChats, value),
    command: "npx hoox telegram setup",
  },
  {
    key: SUMMARY_KEY,
    is: (key) => key === SUMMARY_KEY,
    about: "when the daily summary is told",
    problemIn: (value) => problemOf(summaryConfig, value),
    command: "npx hoox telegram summary",
  },
  {
    key: MONITOR_KEY,
    is: (key) => key === MONITOR_KEY,
    about: "when the monitor tells of queues, signals at risk and missing alerts",
    problemIn: (value) => problemOf(monitorConfig, value),
    command: "npx hoox config set",
  },
  {
    key: `${HOLD_ENTRIES}<queue>`,
    is: (key) => key.startsWith(HOLD_ENTRIES),
    about: "on a local mesh, holds the delivery of a queue; an account pauses its queues itself",
    problemIn: (value) => (value === HELD ? undefined : `must be ${HELD}; without a hold there is no entry`),
    command: "npx hoox queues pause",
  },
  ...KILL_SWITCH_KEYS.map((name): ConfigKey => ({
    key: name,
    is: (key) => key === name,
    about: "stops trading while it is true, all or entries; the kill switch itself is a Durable Object",
    // The Workers take quotes off, and anything but a clear no for a stop.
    problemIn: (value) => (STOPS.test(value) ? undefined : "must be true, all, entries or false, without quotes"),
    command: "npx hoox kill-switch on",
  })),
];

/** What this key is, or undefined for one that Hoox does not read. */
export function configKeyOf(key: string): ConfigKey | undefined {
  return configKeys.find(({ is }) => is(key));
}

/**
 * What is wrong with an entry as it stands there, or undefined. Of the keys that Hoox does not read only those are wrong
 * that look as if they set something: limits of a mistyped account or venue would limit nothing.
 */
export function entryProblem({ key, value }: { key: string; value: string }): string | undefined {
  const known = configKeyOf(key);
  if (known !== undefined) return known.problemIn(value);
  const why = strayWords(key);
  return why === undefined ? undefined : `nobody reads it: ${why}`;
}

function strayWords(key: string): string | undefined {
  if (key.startsWith(STRATEGY_ENTRIES)) {
    const { error } = strategyName.safeParse(key.slice(STRATEGY_ENTRIES.length));
    return `a strategy's name ${error?.issues[0]?.message}`;
  }
  if (!key.startsWith(LIMITS_ENTRIES)) return undefined;
  const [before = "", after, ...more] = key.slice(LIMITS_ENTRIES.length).split(":");
  if (after !== undefined && more.length === 0 && account.safeParse(before).success)
    return `the venue is one of ${venues.join(", ")}`;
  return `what follows ${LIMITS_ENTRIES} must be <account>:<venue>, such as main:paper`;
}

function problemOf(schema: z.ZodType, value: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    return "is not JSON";
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? undefined : firstProblem(parsed.error);
}
