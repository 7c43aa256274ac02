import type { LedgerName } from "#contracts/ids";
import type { AttemptReport, ConsumerOptions } from "#queues/consumer";
import { createProducer } from "#queues/producer";
import { createLogBuffer, type LogBuffer } from "#runtime/log";
import { createBot } from "./bot.ts";
import { createBotSetup } from "./bot-setup.ts";
import { createButtons } from "./buttons.ts";
import { createLogChannel, type Channel } from "./channel.ts";
import { createChats } from "./chats.ts";
import { parseEnv } from "./env.ts";
import type { NotificationDeps } from "./handlers/notification-requested.ts";
import type { SetupDeps } from "./handlers/setup.ts";
import type { UpdateDeps } from "./handlers/telegram-update.ts";
import { Recent } from "./recent.ts";

export interface Deps {
  buffer: LogBuffer;
  channel: Channel;
  notifications: NotificationDeps;
  updates: UpdateDeps;
  setup: SetupDeps;
  consumer: ConsumerOptions;
  http: { internalKey: string; webhookSecret: string; version: string };
}

const RPC_TIMEOUT_MS = 3_000;

export function createDeps(bindings: object): Deps {
  const env = parseEnv(bindings);
  const now = (): Date => new Date();
  const producer = createProducer({ source: "telegram-worker", env: env.bindings, now });
  const buffer = createLogBuffer({ worker: "telegram-worker", producer, now });
  const { log } = buffer;
  const buttons = createButtons(env.INTERNAL_KEY_BINDING);
  const chats = createChats({ secret: env.TELEGRAM_CHAT_ID_DEFAULT, config: env.CONFIG, log, now });
  const { TG_BOT_TOKEN_BINDING: token, TELEGRAM_API_URL: apiRoot } = env;
  const bot =
    token === ""
      ? undefined
      : createBot({
          token,
          apiRoot,
          buttons,
          onMoved: (from, to) =>
            log("warn", "telegram.chat_moved", `chat ${from} is now ${to}; run: npx hoox telegram setup --another`),
        });
  const channel = bot ?? createLogChannel(log);

  async function unconfirmed(ledger: LedgerName, ids: readonly string[]): Promise<readonly string[]> {
    const asking = env.ACCOUNT_LEDGER.getByName(ledger).unconfirmed({ v: 1, ids: [...ids] });
    return (await within(RPC_TIMEOUT_MS, asking)).ids;
  }

  async function confirm(ledger: LedgerName, ids: readonly string[]): Promise<void> {
    await within(RPC_TIMEOUT_MS, env.ACCOUNT_LEDGER.getByName(ledger).confirm({ v: 1, ids: [...ids] }));
  }

  function report({ queue, id, type, requestId, attempt, ms, settled, error }: AttemptReport): void {
    // A success has had its own line.
    if (settled === "acked") return;
    const about = requestId === undefined ? log : log.for(requestId);
    const severity = settled === "parked" ? "error" : "warn";
    about(severity, "notification.unsent", `notification ${settled}: ${error ?? "no reason"}`, {
      queue,
      id,
      type,
      attempt,
      ms,
    });
  }

  return {
    buffer,
    channel,
    notifications: { channel, defaultChat: chats.default, unconfirmed, sent: new Recent(1_000), producer, log, now },
    updates: {
      chats,
      buttons,
      pressed: bot,
      seen: new Recent(1_000),
      strangers: { hour: "", chats: new Set() },
      producer,
      now,
    },
    setup: {
      bot: bot && { say: bot.say, ...createBotSetup({ token, apiRoot }) },
      chats,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
    },
    consumer: { worker: "telegram-worker", workerVersion: env.VERSION.id, producer, confirm, report, now },
    http: {
      internalKey: env.INTERNAL_KEY_BINDING,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
      version: env.VERSION.id,
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the ledger did not answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
