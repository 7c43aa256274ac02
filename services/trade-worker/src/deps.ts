import { KILL_SWITCH_INSTANCE } from "#contracts/kill-switch";
import type { LedgerName } from "#contracts/ids";
import { pathOf } from "#contracts/routes/route";
import { tradeRoutes } from "#contracts/routes/trade";
import type { AttemptReport, ConsumerOptions } from "#queues/consumer";
import { createProducer } from "#queues/producer";
import { callInternal } from "#runtime/internal-auth";
import { createLogBuffer, type Log, type LogBuffer } from "#runtime/log";
import { createAccountLimitsReader } from "./account-limits.ts";
import { systemClock } from "./clock.ts";
import { readEnv } from "./env.ts";
import type { HintDeps } from "./handlers/signal-hinted.ts";
import type { HttpDeps } from "./http.ts";
import { keyAccounts } from "./key-accounts.ts";
import { createKillSwitchReader } from "./kill-switch.ts";
import { createBinanceMemories } from "./venues/binance/memories.ts";
import { openVenue, type VenueWorld } from "./venues/index.ts";
import { paperOverHttp } from "./venues/paper/over-http.ts";
import { encodeWork } from "./work.ts";

/** The other side answers before it works; longer means that it did not start. */
const HAND_OVER_TIMEOUT_MS = 2_000;

/** What one isolate needs. Stubs of Durable Objects are made anew for every call: they do not outlive a request. */
export interface Isolate {
  http: HttpDeps;
  buffer: LogBuffer;
  /** For one batch; `log` tells whether the batch had anything to say. */
  consumer: (log: Log) => { deps: HintDeps; options: ConsumerOptions };
}

/** Throws an Error that names a bad variable. */
export function createIsolate(bindings: object): Isolate {
  const env = readEnv(bindings);
  const clock = systemClock;
  const producer = createProducer({ source: "trade-worker", env: bindings });
  const buffer = createLogBuffer({ worker: "trade-worker", producer });
  const internalKey = env.INTERNAL_KEY_BINDING;
  const ledger = (name: LedgerName) => env.ACCOUNT_LEDGER.getByName(name);
  const outward: typeof fetch = (input, init) => fetch(input, init);
  const world: VenueWorld = {
    tradingMode: env.TRADING_MODE,
    paper: (name) =>
      env.PAPER_URL === ""
        ? env.PAPER_VENUE.getByName(name)
        : paperOverHttp({ url: env.PAPER_URL, ledger: name, fetch: outward }),
    variable: env.variable,
    fetch: outward,
    clock,
    binance: createBinanceMemories(),
  };
  const showKillSwitch = () => env.KILL_SWITCH.getByName(KILL_SWITCH_INSTANCE).show();
  return {
    buffer,
    http: {
      ledger,
      venue: (of) => openVenue(of, world),
      keyHealth: (of) => openVenue(of, { ...world, tradingMode: "live" }).keyHealth,
      keyAccounts: () => keyAccounts(env.names()),
      variable: env.variable,
      killSwitch: createKillSwitchReader({ show: showKillSwitch, flag: (key) => env.CONFIG.get(key), clock }),
      accountLimits: createAccountLimitsReader({ read: (key) => env.CONFIG.get(key), clock }),
      showKillSwitch,
      version: env.VERSION.id,
      internalKey,
      clock,
      log: buffer.log,
    },
    consumer: (log) => ({
      deps: {
        ledger,
        clock,
        log,
        version: env.VERSION.id,
        async handOver(work) {
          const { attempt } = tradeRoutes;
          await callInternal({ self: "trade-worker", internalKey }, env.SELF, {
            method: attempt.method,
            path: pathOf(attempt),
            requestId: work.signal.requestId,
            body: encodeWork(work),
            response: attempt.reply,
            timeoutMs: HAND_OVER_TIMEOUT_MS,
          });
        },
      },
      options: {
        worker: "trade-worker",
        workerVersion: env.VERSION.id,
        producer,
        confirm: (name, ids) => ledger(name).confirm({ v: 1, ids: [...ids] }),
        report: (line) => reportAttempt(line, log),
      },
    }),
  };
}

function reportAttempt(line: AttemptReport, log: Log): void {
  if (line.settled === "acked") return;
  const write = line.requestId === undefined ? log : log.for(line.requestId);
  write(line.settled === "parked" ? "error" : "warn", `message.${line.settled}`, line.error ?? `hint ${line.settled}`, {
    ...line,
  });
}
