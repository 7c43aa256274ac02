import { databaseRoutes } from "#contracts/routes/database";
import { telegramRoutes } from "#contracts/routes/telegram";
import { summaryConfig } from "#contracts/telegram";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import { acknowledge } from "../commands/acknowledge.ts";
import { readChats, readSummaryConfig, writeChats, writeSummaryConfig } from "../kept.ts";
import { reasonOf } from "../within.ts";

const BY = "operator";

/** Never fails: what could not be asked is a problem in the answer. */
export const showTelegram: OpsHandlers["telegram"] = async ({ requestId }, deps) => {
  const problems: string[] = [];
  const or =
    <T>(instead: T) =>
    (error: unknown): T => {
      problems.push(reasonOf(error));
      return instead;
    };
  const nobody = { configured: false, defaultChat: "" };
  const [bot, chats, summary, open] = await Promise.all([
    deps.telegram.ask(telegramRoutes.bot, { requestId }).catch(or(undefined)),
    readChats(deps).catch(or([])),
    readSummaryConfig(deps).catch(or(summaryConfig.parse({}))),
    deps.database.ask(databaseRoutes.unacknowledged, { requestId }).catch(or({ notifications: [] })),
  ]);
  return { ...(bot ?? nobody), chats, summary, unacknowledged: open.notifications, problems };
};

export const findTelegramChat: OpsHandlers["findTelegramChat"] = async ({ requestId, body }, deps) =>
  deps.telegram.ask(telegramRoutes.find, { requestId, body, timeoutMs: 15_000 });

export const testTelegram: OpsHandlers["testTelegram"] = async ({ requestId, body }, deps) =>
  deps.telegram.ask(telegramRoutes.test, { requestId, body });

export const setTelegramWebhook: OpsHandlers["setTelegramWebhook"] = async ({ requestId, body }, deps) => {
  const reply = await deps.telegram.ask(telegramRoutes.webhook, { requestId, body });
  const change = { actor: BY, action: "telegram.webhook", target: body.url ?? "none", reason: "hoox telegram setup" };
  const notes = await audit(change, { requestId, causedBy: requestId, key: "telegram" }, deps);
  return { ...reply, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};

/** Only this Worker writes the list, so the last of two operators wins, and the audit log names both. */
export const setTelegramChat: OpsHandlers["setTelegramChat"] = async ({ requestId, body }, deps) => {
  const { chatId, title, present } = body;
  const others = (await readChats(deps)).filter((each) => each.chatId !== chatId);
  const added = { chatId, ...(title === undefined ? {} : { title }), addedAt: deps.now().toISOString() };
  const chats = present ? [...others, added] : others;
  if (chats.length > 20) throw new HttpError(409, "too_many_chats", "20 chats are configured already");
  await writeChats(chats, deps);
  const action = present ? "telegram.chat_added" : "telegram.chat_removed";
  const change = { actor: BY, action, target: chatId, reason: title ?? "by hand" };
  const notes = await audit(change, { requestId, causedBy: requestId, key: "telegram" }, deps);
  return { chats, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};

export const acknowledgeFromTerminal: OpsHandlers["acknowledge"] = async ({ requestId, body }, deps) => {
  const { notifications } = await deps.database.ask(databaseRoutes.unacknowledged, { requestId });
  const meant = notifications.filter(
    ({ id, request_id }) => body.id === undefined || [id, request_id].includes(body.id),
  );
  if (body.id !== undefined && meant.length === 0) {
    throw new HttpError(404, "nothing_to_acknowledge", `nothing called ${body.id} waits for an acknowledgement`, {
      hint: "run: npx hoox telegram show",
    });
  }
  await acknowledge(meant, { requestId, by: BY }, deps);
  return { acknowledged: meant.map(({ id }) => id) };
};

export const setSummary: OpsHandlers["setSummary"] = async ({ requestId, body }, deps) => {
  const config = summaryConfig.parse({ ...(await readSummaryConfig(deps)), ...body });
  await writeSummaryConfig(config, deps);
  const target = config.enabled ? `${config.hour}:00 ${config.timeZone}` : "off";
  const change = { actor: BY, action: "telegram.summary", target, reason: "hoox telegram summary" };
  const notes = await audit(change, { requestId, causedBy: requestId, key: "telegram" }, deps);
  return { ...config, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};
