import type { notificationSent } from "#contracts/notification";
import type { DataOf } from "#contracts/envelope";
import { PermanentError } from "#queues/errors";
import type { Producer } from "#queues/producer";
import type { Log } from "#runtime/log";
import type { Channel } from "../channel.ts";
import { digestsOf, type Notification } from "../digest.ts";
import type { Recent } from "../recent.ts";
import { withoutConfirmed, type UnconfirmedDeps } from "../unconfirmed.ts";

export type Sent = DataOf<typeof notificationSent>;

export interface NotificationDeps extends UnconfirmedDeps {
  channel: Channel;
  /** The chat of notifications that name none; empty when none is configured. */
  defaultChat: () => Promise<string>;
  /** What this isolate has sent, by message id: catches a copy that the ledger could not be asked about. */
  sent: Recent<Sent>;
  producer: Producer;
  now: () => Date;
}

type Verdicts = Map<string, { error?: Error; record?: Sent }>;

/** One digest per chat; one verdict per message, in order. */
export async function onNotifications(
  messages: readonly Notification[],
  deps: NotificationDeps,
): Promise<readonly (Error | undefined)[]> {
  const verdicts: Verdicts = new Map();
  const wanted = await withoutConfirmed(messages, deps);
  const fresh: Notification[] = [];
  for (const message of wanted) {
    const record = deps.sent.get(message.id);
    // Sent before but back again: its record may be what failed.
    if (record) verdicts.set(message.id, { record });
    else fresh.push(message);
  }
  // Without a channel that knows chats nobody needs to be asked for one.
  const home = deps.channel.name === "log" ? "" : await deps.defaultChat();
  const chats = Map.groupBy(fresh, (message) => message.data.chatId ?? home);
  await Promise.all([...chats].map(async ([chatId, group]) => tellChat(chatId, group, verdicts, deps)));
  await recordAll(wanted, verdicts, deps);
  return messages.map((message) => verdicts.get(message.id)?.error);
}

/** The first failure ends a chat's turn: what blocks one message blocks the next. */
async function tellChat(
  chatId: string,
  group: readonly Notification[],
  verdicts: Verdicts,
  deps: NotificationDeps,
): Promise<void> {
  let failure: Error | undefined;
  for (const digest of digestsOf(group)) {
    let takenBy: string | undefined = chatId === "" ? undefined : chatId;
    try {
      if (!failure) takenBy = await deps.channel.deliver(digest, chatId);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    for (const message of digest.notifications) {
      const record = recordOf(message, deps, { chatId: takenBy, failure });
      if (failure) {
        // What will be tried again has not ended, so there is nothing to record yet.
        verdicts.set(message.id, failure instanceof PermanentError ? { error: failure, record } : { error: failure });
        continue;
      }
      deps.sent.set(message.id, record);
      verdicts.set(message.id, { record });
      logSent(message, takenBy, digest.notifications.length, deps.log);
    }
  }
}

/** Without a chat the log channel has written the notification itself. */
function logSent(message: Notification, chatId: string | undefined, digestOf: number, log: Log): void {
  if (chatId === undefined) return;
  const fields = { notificationId: message.id, digestOf };
  log.for(message.requestId)("info", "notification.sent", `told chat ${chatId}: ${message.data.title}`, fields);
}

function recordOf(
  message: Notification,
  deps: NotificationDeps,
  of: { chatId: string | undefined; failure: Error | undefined },
): Sent {
  return {
    notificationId: message.id,
    severity: message.data.severity,
    title: message.data.title,
    channel: deps.channel.name,
    ...(of.chatId === undefined ? {} : { chatId: of.chatId }),
    status: of.failure ? "failed" : "sent",
    ...(of.failure ? { reason: of.failure.message } : {}),
    ...(message.data.repeatOf === undefined ? {} : { repeatOf: message.data.repeatOf }),
    sentAt: deps.now(),
  };
}

async function recordAll(messages: readonly Notification[], verdicts: Verdicts, deps: NotificationDeps): Promise<void> {
  const packed = messages.flatMap((message) => {
    const record = verdicts.get(message.id)?.record;
    if (!record) return [];
    const id = `${message.id}/${record.status}`;
    const { requestId, generation, replayId } = message;
    const origin = { id, requestId, causationId: message.id, generation, replayId };
    return [deps.producer.pack("records", "notification.sent", record, origin)];
  });
  if (packed.length === 0) return;
  try {
    await deps.producer.sendPacked(packed);
  } catch (error) {
    const failure = new Error(`sent, but its record could not be queued: ${String(error)}`, { cause: error });
    // They come back, are recognised by `sent`, and only their record is tried again.
    for (const verdict of verdicts.values()) if (verdict.record) verdict.error ??= failure;
  }
}
