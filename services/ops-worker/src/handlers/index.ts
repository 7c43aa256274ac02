import type { OpsHandlers } from "../call.ts";
import { getDeadLetter, listDeadLetters } from "./dead-letters.ts";
import { showHealth } from "./health.ts";
import { setKillSwitch, showKillSwitch } from "./kill-switch.ts";
import { listLanes, resolveLane } from "./lanes.ts";
import { listLogs } from "./logs.ts";
import { listOrders } from "./orders.ts";
import { listPositions } from "./positions.ts";
import { runQuery } from "./query.ts";
import { listQueues } from "./queues.ts";
import { notBuilt } from "./replays.ts";
import { showStatus } from "./status.ts";
import { listStrategies, removeStrategy, setStrategy, showStrategy } from "./strategies.ts";
import { addStrategy, rotateStrategy } from "./strategy-keys.ts";
import {
  acknowledgeFromTerminal,
  findTelegramChat,
  setSummary,
  setTelegramChat,
  setTelegramWebhook,
  showTelegram,
  testTelegram,
} from "./telegram.ts";
import { showTrace } from "./trace.ts";

export const handlers: OpsHandlers = {
  status: showStatus,
  health: showHealth,
  trace: showTrace,
  orders: listOrders,
  positions: listPositions,
  logs: listLogs,
  queues: listQueues,
  lanes: listLanes,
  resolveLane,
  deadLetters: listDeadLetters,
  deadLetterGroups: notBuilt,
  deadLetterAudit: notBuilt,
  deadLetter: getDeadLetter,
  planReplay: notBuilt,
  discardLetters: notBuilt,
  restoreLetters: notBuilt,
  createReplay: notBuilt,
  replays: notBuilt,
  replay: notBuilt,
  pauseReplay: notBuilt,
  resumeReplay: notBuilt,
  cancelReplay: notBuilt,
  killSwitch: showKillSwitch,
  setKillSwitch,
  strategies: listStrategies,
  strategy: showStrategy,
  addStrategy,
  setStrategy,
  rotateStrategy,
  removeStrategy,
  query: runQuery,
  telegram: showTelegram,
  findTelegramChat,
  testTelegram,
  setTelegramWebhook,
  setTelegramChat,
  acknowledge: acknowledgeFromTerminal,
  setSummary,
};
