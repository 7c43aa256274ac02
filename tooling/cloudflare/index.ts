/**
 * The Cloudflare account, for everything that deploys, checks, repairs or configures on it. Load it lazily
 * (`await import("../cloudflare/index.ts")`): the official client behind it takes half a second.
 */
export { openAccount, type Account, type AccountContext } from "./account.ts";
export { AccountError, isMissing } from "./errors.ts";
export type { Bucket } from "./buckets.ts";
export type { Database, Row } from "./databases.ts";
export type { Namespace } from "./namespaces.ts";
export { permissions, type Permission } from "./permissions.ts";
export type {
  ConsumerSettings,
  PeekedMessage,
  Queue,
  QueueConsumer,
  QueueMetrics,
  QueueSettings,
} from "./queue-shapes.ts";
export type { TailEvent } from "./tail-event.ts";
export type { OpenTail, Tail, TailFilter } from "./tails.ts";
export type { StoredEvent, TelemetryQuestion } from "./telemetry.ts";
export type { TokenState } from "./token.ts";
export type { Binding, DeployedWorker, Deployment, Version, WorkerSettings, WorkerSubdomain } from "./worker-shapes.ts";
