import type { Worker } from "#contracts/ids";
import { createProducer } from "#queues/producer";
import type { Fetcher, InternalCaller } from "#runtime/internal-auth";
import { createLogBuffer } from "#runtime/log";
import { parseEnv } from "./env.ts";
import { healthOf } from "./neighbours/health-of.ts";
import { createStrategyReader } from "./strategies/read-strategy.ts";
import { createAlertRate } from "./webhook/alert-rate.ts";
import { createMinuteCount } from "./webhook/minute-count.ts";
import type { CheckPorts } from "./webhook/check-alert.ts";
import type { Clock, WorkerHealth } from "./webhook/ports.ts";
import { createRefusalMemory } from "./webhook/refusal-memory.ts";

const HEALTH_TIMEOUT_MS = 1_000;

export interface GatewayDeps extends CheckPorts {
  readonly version: string;
  readonly caller: InternalCaller;
  /** Whose mails are alerts. */
  readonly emailDomains: readonly string[];
  readonly neighbours: Readonly<Record<"ledger-worker" | "ops-worker" | "telegram-worker", Fetcher>>;
}

/** Once per isolate. Throws the HttpError of {@link parseEnv}. */
export function createDeps(env: object): GatewayDeps {
  const parsed = parseEnv(env);
  const producer = createProducer({ source: "hoox", env });
  const logs = createLogBuffer({ worker: "hoox", producer });
  const neighbours = {
    "ledger-worker": parsed.LEDGER_WORKER,
    "ops-worker": parsed.OPS_WORKER,
    "telegram-worker": parsed.TELEGRAM_WORKER,
  };
  const limited = parsed.RATE_LIMITS === "on";
  return {
    clock,
    producer,
    logs,
    version: parsed.VERSION?.id || "local",
    caller: { self: "hoox", internalKey: parsed.INTERNAL_KEY_BINDING },
    neighbours,
    webhookKeys: parsed.WEBHOOK_API_KEY_BINDING,
    operatorKey: parsed.OPERATOR_KEY_BINDING,
    defaults: { account: parsed.DEFAULT_ACCOUNT, venue: parsed.DEFAULT_VENUE },
    strategy: createStrategyReader(parsed.CONFIG, clock),
    sources: parsed.SOURCE_IPS,
    emailDomains: parsed.EMAIL_DOMAINS,
    operatorIps: parsed.OPERATOR_IPS,
    refusalRate: limited ? parsed.REFUSAL_RATE : { limit: async () => ({ success: true }) },
    alertRate: limited ? createAlertRate(parsed.ALERT_RATE, clock) : () => true,
    entryCount: createMinuteCount(clock),
    ledger: (name) => parsed.ACCOUNT_LEDGER.getByName(name),
    healthOf: (worker) => askHealth(worker, neighbours),
    refusals: createRefusalMemory(),
  };
}

async function askHealth(
  worker: Worker,
  neighbours: Readonly<Partial<Record<Worker, Fetcher>>>,
): Promise<WorkerHealth> {
  const binding = neighbours[worker];
  return binding === undefined
    ? { status: "failing", detail: "the gateway is not bound to it" }
    : healthOf(worker, binding, HEALTH_TIMEOUT_MS);
}

const clock: Clock = {
  now: () => new Date(),
  timer(milliseconds) {
    let id: ReturnType<typeof setTimeout> | undefined;
    const done = new Promise<void>((resolve) => {
      id = setTimeout(resolve, milliseconds);
    });
    return { done, cancel: () => clearTimeout(id) };
  },
};
