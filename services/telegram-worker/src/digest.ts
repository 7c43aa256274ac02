import type { MessageOn } from "#queues/registry";
import { clip, escapeHtml } from "./text.ts";

export type Notification = MessageOn<"notifications">;

/** One message to a chat. Both texts say the same; Telegram counts the plain one. */
export interface Digest {
  html: string;
  plain: string;
  notifications: readonly Notification[];
}

/** Characters after entity parsing. Counted in UTF-16 units, which are never fewer than code points. */
export const MESSAGE_LIMIT = 4_096;
const GAP = "\n\n";

/** As few messages as the limit allows; a notification is never divided, only its details are cut. */
export function digestsOf(notifications: readonly Notification[]): Digest[] {
  const digests: { html: string; plain: string; notifications: Notification[] }[] = [];
  for (const notification of notifications) {
    const { html, plain } = render(notification);
    const open = digests.at(-1);
    if (open && open.plain.length + GAP.length + plain.length <= MESSAGE_LIMIT) {
      open.html += GAP + html;
      open.plain += GAP + plain;
      open.notifications.push(notification);
    } else {
      digests.push({ html, plain, notifications: [notification] });
    }
  }
  return digests;
}

const prefixes = { info: "", warning: "Warning: ", critical: "CRITICAL: " } as const;

/** Title, details, requestId. What does not fit is cut from the details: title and requestId always show. */
export function render({ data, requestId }: Notification): {
  html: string;
  plain: string;
  title: string;
  details: string[];
} {
  // Telegram refuses text with half a surrogate pair.
  const title = `${prefixes[data.severity]}${data.title}`.toWellFormed();
  let room = MESSAGE_LIMIT - title.length - requestId.length - 2;
  const details: string[] = [];
  for (const { label, value } of data.details) {
    const line = clip(`${label}: ${value}`.toWellFormed(), room - 1);
    if (line === "") break;
    details.push(line);
    room -= line.length + 1;
  }
  return {
    html: [`<b>${escapeHtml(title)}</b>`, ...details.map(escapeHtml), `<code>${requestId}</code>`].join("\n"),
    plain: [title, ...details, requestId].join("\n"),
    title,
    details,
  };
}
