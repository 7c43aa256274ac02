import type { CommandClass } from "clipanion";
import type { HooxContext } from "./context.ts";
import { AlertCheckCommand } from "./commands/alert/check.ts";
import { AlertTemplate } from "./commands/alert/template.ts";
import { CheckHealth } from "./commands/check/health.ts";
import { CheckKeys } from "./commands/check/keys.ts";
import { CheckQueues } from "./commands/check/queues.ts";
import { CheckConfig, CheckPrerequisites, CheckSetup } from "./commands/check/view.ts";
import { Completion } from "./commands/completion.ts";
import { ConfigDelete } from "./commands/config/delete.ts";
import { ConfigGet } from "./commands/config/get.ts";
import { ConfigList } from "./commands/config/list.ts";
import { ConfigSet } from "./commands/config/set.ts";
import { ConfigValidate } from "./commands/config/validate.ts";
import { DbApply, DbMigrate } from "./commands/db/apply.ts";
import { DbExport } from "./commands/db/export.ts";
import { DbList } from "./commands/db/list.ts";
import { DbQuery } from "./commands/db/query.ts";
import { DbReset } from "./commands/db/reset.ts";
import { DbRestore } from "./commands/db/restore.ts";
import { DbStatus } from "./commands/db/status.ts";
import { DeployAll } from "./commands/deploy/all.ts";
import { DeployHistory } from "./commands/deploy/history.ts";
import { DeployRollback } from "./commands/deploy/rollback.ts";
import { DeployWorker } from "./commands/deploy/worker.ts";
import { DlqAudit } from "./commands/dlq/audit.ts";
import { DlqDiscard } from "./commands/dlq/discard.ts";
import { DlqGroup } from "./commands/dlq/group.ts";
import { DlqList } from "./commands/dlq/list.ts";
import { DlqPlan } from "./commands/dlq/plan.ts";
import { DlqReplay } from "./commands/dlq/replay.ts";
import { DlqReplayCancel, DlqReplayPause, DlqReplayResume } from "./commands/dlq/replay-change.ts";
import { DlqReplayStatus } from "./commands/dlq/replay-status.ts";
import { DlqRestore } from "./commands/dlq/restore.ts";
import { DlqShow } from "./commands/dlq/show.ts";
import { Doctor } from "./commands/doctor.ts";
import { Init } from "./commands/init.ts";
import { KillSwitchOff } from "./commands/kill-switch/off.ts";
import { KillSwitchOn } from "./commands/kill-switch/on.ts";
import { KillSwitchShow } from "./commands/kill-switch/show.ts";
import { LanesList } from "./commands/lanes/list.ts";
import { LanesResolve } from "./commands/lanes/resolve.ts";
import { LanesShow } from "./commands/lanes/show.ts";
import { LogsQuery } from "./commands/logs/query.ts";
import { LogsTail } from "./commands/logs/tail.ts";
import { OrdersList } from "./commands/orders/list.ts";
import { OrdersShow } from "./commands/orders/show.ts";
import { PositionsCloseAll } from "./commands/positions/close-all.ts";
import { Positions } from "./commands/positions/list.ts";
import { PositionsReconcile } from "./commands/positions/reconcile.ts";
import { ProfileAdd } from "./commands/profile/add.ts";
import { ProfileList } from "./commands/profile/list.ts";
import { ProfileRemove } from "./commands/profile/remove.ts";
import { ProfileUse } from "./commands/profile/use.ts";
import { QueuesApply } from "./commands/queues/apply.ts";
import { QueuesDepth } from "./commands/queues/depth.ts";
import { QueuesList } from "./commands/queues/list.ts";
import { QueuesPause, QueuesResume } from "./commands/queues/pause.ts";
import { QueuesPurge } from "./commands/queues/purge.ts";
import { RepairCheck } from "./commands/repair/check.ts";
import { RepairDb, RepairInfra, RepairKv, RepairSecrets } from "./commands/repair/parts.ts";
import { RepairDlq, RepairQueues } from "./commands/repair/queues.ts";
import { RepairRebuild } from "./commands/repair/rebuild.ts";
import { RepairWorker } from "./commands/repair/worker.ts";
import { SecretsCheck } from "./commands/secrets/check.ts";
import { SecretsDelete } from "./commands/secrets/delete.ts";
import { SecretsList } from "./commands/secrets/list.ts";
import { SecretsRotate } from "./commands/secrets/rotate.ts";
import { SecretsSet } from "./commands/secrets/set.ts";
import { Send } from "./commands/send.ts";
import { Start } from "./commands/start.ts";
import { Status } from "./commands/status.ts";
import { StrategyAdd } from "./commands/strategy/add.ts";
import { StrategyList } from "./commands/strategy/list.ts";
import { StrategyRemove } from "./commands/strategy/remove.ts";
import { StrategyRotate } from "./commands/strategy/rotate.ts";
import { StrategySet } from "./commands/strategy/set.ts";
import { StrategyShow } from "./commands/strategy/show.ts";
import { Sync } from "./commands/sync.ts";
import { TelegramAck } from "./commands/telegram/ack.ts";
import { TelegramAdd, TelegramRemove } from "./commands/telegram/chats.ts";
import { TelegramSetup } from "./commands/telegram/setup.ts";
import { TelegramShow } from "./commands/telegram/show.ts";
import { TelegramSummary } from "./commands/telegram/summary.ts";
import { TelegramTest } from "./commands/telegram/test.ts";
import { Trace } from "./commands/trace.ts";

/** Every command of `hoox`. They import their work lazily: starting up stays quick whatever they need. */
export const commands: CommandClass<HooxContext>[] = [
  Start,
  Init,
  Send,
  StrategyAdd,
  StrategySet,
  StrategyRotate,
  StrategyRemove,
  AlertTemplate,
  AlertCheckCommand,
  Status,
  Trace,
  OrdersList,
  OrdersShow,
  Positions,
  PositionsCloseAll,
  PositionsReconcile,
  LogsTail,
  LogsQuery,
  QueuesList,
  QueuesDepth,
  LanesList,
  LanesShow,
  StrategyList,
  StrategyShow,
  Doctor,
  CheckHealth,
  CheckQueues,
  CheckKeys,
  CheckSetup,
  CheckConfig,
  CheckPrerequisites,
  ConfigList,
  ConfigGet,
  ConfigValidate,
  SecretsCheck,
  SecretsList,
  DlqList,
  DlqGroup,
  DlqShow,
  DlqPlan,
  DlqReplay,
  DlqReplayStatus,
  DlqReplayPause,
  DlqReplayResume,
  DlqReplayCancel,
  DlqDiscard,
  DlqRestore,
  DlqAudit,
  LanesResolve,
  KillSwitchOn,
  KillSwitchOff,
  KillSwitchShow,
  QueuesPause,
  QueuesResume,
  ConfigSet,
  ConfigDelete,
  RepairCheck,
  RepairWorker,
  RepairInfra,
  RepairQueues,
  RepairDlq,
  QueuesApply,
  QueuesPurge,
  RepairDb,
  RepairKv,
  RepairSecrets,
  RepairRebuild,
  SecretsSet,
  SecretsRotate,
  SecretsDelete,
  TelegramSetup,
  TelegramShow,
  TelegramTest,
  TelegramAck,
  TelegramSummary,
  TelegramAdd,
  TelegramRemove,
  DbQuery,
  DbApply,
  DbMigrate,
  DbStatus,
  DbList,
  DbExport,
  DbReset,
  DbRestore,
  DeployAll,
  DeployWorker,
  DeployHistory,
  DeployRollback,
  ProfileAdd,
  ProfileList,
  ProfileUse,
  ProfileRemove,
  Sync,
  Completion,
];
