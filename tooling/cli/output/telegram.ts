import type { TelegramStatus } from "#contracts/routes/telegram";
import type { SetUp } from "../telegram-setup.ts";
import type { Paint } from "./paint.ts";
import { when } from "./time.ts";

export function setupText({ bot, chat, webhook }: SetUp, paint: Paint): string {
  const name = chat.title === undefined ? chat.chatId : `${chat.chatId} (${chat.title})`;
  const lines = [
    `${paint.good("told")}      chat ${name} by @${bot}: trades, refusals, what is critical, a daily summary`,
  ];
  if ("url" in webhook)
    lines.push(`${paint.good("can ask")}   /help in the chat says what; Telegram brings it to ${webhook.url}`);
  else {
    lines.push(`${paint.odd("cannot ask")}  ${webhook.problem}`);
    lines.push("            with a public hostname: npx hoox telegram setup --url https://<hostname>");
  }
  return lines.join("\n");
}

export function telegramText(status: TelegramStatus, view: { now: Date; absolute: boolean; paint: Paint }): string {
  const { paint } = view;
  const rows: [string, string][] = [["bot", botText(status, paint)]];
  const { webhook, summary } = status;
  if (webhook) {
    const waiting = webhook.pending === 0 ? "" : `, ${webhook.pending} updates wait`;
    rows.push([
      "webhook",
      webhook.url === "" ? paint.odd(`none: the chat cannot ask${waiting}`) : `${webhook.url}${waiting}`,
    ]);
    if (webhook.lastError !== undefined)
      rows.push(["last error", paint.bad(`${webhook.lastError}, ${when(webhook.lastErrorAt, view)}`)]);
  }
  rows.push([
    "told",
    status.defaultChat === "" ? paint.odd("nobody; npx hoox telegram setup") : `chat ${status.defaultChat}`,
  ]);
  for (const { chatId, title, addedAt } of status.chats)
    rows.push(["may ask", `chat ${chatId}${title === undefined ? "" : ` (${title})`}, added ${when(addedAt, view)}`]);
  rows.push(["summary", summary.enabled ? `daily at ${summary.hour}:00 ${summary.timeZone}` : "off"]);
  for (const each of status.unacknowledged)
    rows.push(["waits", `${paint.bad(each.title)}, ${when(each.created_at, view)}; npx hoox telegram ack ${each.id}`]);
  for (const problem of status.problems) rows.push(["problem", paint.bad(problem)]);
  return rows.map(([label, text]) => `${paint.dim(label.padEnd(10))}  ${text}`).join("\n");
}

function botText({ configured, username }: TelegramStatus, paint: Paint): string {
  if (username !== undefined) return `@${username}`;
  return configured ? paint.bad("Telegram did not say who it is") : "none: notifications go to the log";
}
