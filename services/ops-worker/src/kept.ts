import { MONITOR_KEY, monitorConfig, type MonitorConfig } from "#contracts/monitor";
import {
  SUMMARY_KEY,
  summaryConfig,
  TELEGRAM_CHATS_KEY,
  telegramChats,
  type SummaryConfig,
  type TelegramChats,
} from "#contracts/telegram";
import type { OpsDeps } from "./deps.ts";
import { within } from "./within.ts";

type Deps = Pick<OpsDeps, "config" | "timeoutMs">;

/** What `hoox telegram` keeps in KV. Throws when KV does not answer or holds something else. */
export async function readChats(deps: Deps): Promise<TelegramChats> {
  const text = await within(deps.timeoutMs, "KV", deps.config.get(TELEGRAM_CHATS_KEY));
  return text === null ? [] : telegramChats.parse(JSON.parse(text));
}

export async function writeChats(chats: TelegramChats, deps: Deps): Promise<void> {
  await within(deps.timeoutMs, "KV", deps.config.put(TELEGRAM_CHATS_KEY, JSON.stringify(chats)));
}

export async function readSummaryConfig(deps: Deps): Promise<SummaryConfig> {
  const text = await within(deps.timeoutMs, "KV", deps.config.get(SUMMARY_KEY));
  return summaryConfig.parse(text === null ? {} : JSON.parse(text));
}

/** What is set of the monitor; damaged settings are told by the checks, and the defaults hold meanwhile. */
export async function readMonitorConfig(deps: Deps): Promise<MonitorConfig> {
  const text = await within(deps.timeoutMs, "KV", deps.config.get(MONITOR_KEY));
  return monitorConfig.parse(text === null ? {} : JSON.parse(text));
}

export async function writeSummaryConfig(config: SummaryConfig, deps: Deps): Promise<void> {
  await within(deps.timeoutMs, "KV", deps.config.put(SUMMARY_KEY, JSON.stringify(config)));
}
