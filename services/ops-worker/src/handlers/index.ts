import type { OpsHandlers } from "../call.ts";
import { closePosition } from "./close-position.ts";
import { setConfig, showConfig } from "./config.ts";
import { getDeadLetter, listDeadLetters, listGroups, listLetterAudit } from "./dead-letters.ts";
import { discardLetters, restoreLetters } from "./discard.ts";
import { showHealth } from "./health.ts";
import { setKillSwitch, showKillSwitch } from "./kill-switch.ts";
import { listLanes, resolveLane } from "./lanes.ts";
import { listArchivedLogs, listLogs } from "./logs.ts";
import { listOrders } from "./orders.ts";
import { listPositions } from "./positions.ts";
import { reconcilePosition, showDifference } from "./reconcile-position.ts";
import { runQuery } from "./query.ts";
import { recordQueueChange } from "./queue-changes.ts";
import { listQueues } from "./queues.ts";
import {
  cancelReplay,
  createReplay,
  listReplays,
  pauseReplay,
  planReplay,
  resumeReplay,
  showReplay,
} from "./replays.ts";
import { proveSecrets, recordSecretChange } from "./secrets.ts";
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
import { listVenueKeys } from "./venue-keys.ts";

export const handlers: OpsHandlers = {
  status: showStatus,
  health: showHealth,
  trace: showTrace,
  orders: listOrders,
  positions: listPositions,
  closePosition,
  positionDifference: showDifference,
  reconcilePosition,
  venueKeys: listVenueKeys,
  logs: listLogs,
  archivedLogs: listArchivedLogs,
  secrets: proveSecrets,
  secretChanged: recordSecretChange,
  queues: listQueues,
  queueChanged: recordQueueChange,
  lanes: listLanes,
  resolveLane,
  deadLetters: listDeadLetters,
  deadLetterGroups: listGroups,
  deadLetterAudit: listLetterAudit,
  deadLetter: getDeadLetter,
  planReplay,
  discardLetters,
  restoreLetters,
  createReplay,
  replays: listReplays,
  replay: showReplay,
  pauseReplay,
  resumeReplay,
  cancelReplay,
  killSwitch: showKillSwitch,
  setKillSwitch,
  strategies: listStrategies,
  strategy: showStrategy,
  addStrategy,
  setStrategy,
  rotateStrategy,
  removeStrategy,
  config: showConfig,
  setConfig,
  query: runQuery,
  telegram: showTelegram,
  findTelegramChat,
  testTelegram,
  setTelegramWebhook,
  setTelegramChat,
  acknowledge: acknowledgeFromTerminal,
  setSummary,
};
