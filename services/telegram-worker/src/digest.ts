import type { MessageOn } from "#queues/registry";
import { clip, escapeHtml, tappable } from "./text.ts";

export type Notification = MessageOn<"notifications">;

/** One message to a chat. Both texts say the same; Telegram counts the plain one. */
export interface Digest {
  html: string;
  plain: string;
  notifications: readonly Notification[];
  /** Only for a digest of one: buttons belong to a whole message. */
  replyTo?: number;
  buttons?: { rows: NonNullable<Notification["data"]["buttons"]>; until: Date };
  /** Id of the critical notification that a button acknowledges. */
  acknowledges?: string;
}

/** Characters after entity parsing. Counted in UTF-16 units, which are never fewer than code points. */
export const MESSAGE_LIMIT = 4_096;
const GAP = "\n\n";
/** Where a notification does not say how long its buttons hold. */
const BUTTONS_HOLD_MS = 7 * 86_400_000;

/** As few messages as the limit allows; a notification is never divided, only its details are cut. */
export function digestsOf(notifications: readonly Notification[]): Digest[] {
  const digests: { html: string; plain: string; notifications: Notification[] }[] = [];
  let open: (typeof digests)[number] | undefined;
  for (const notification of notifications) {
    const { html, plain } = render(notification);
    if (standsAlone(notification)) {
      digests.push({ html, plain, notifications: [notification], ...partsOf(notification) });
      open = undefined;
    } else if (open && open.plain.length + GAP.length + plain.length <= MESSAGE_LIMIT) {
      open.html += GAP + html;
      open.plain += GAP + plain;
      open.notifications.push(notification);
    } else {
      open = { html, plain, notifications: [notification] };
      digests.push(open);
    }
  }
  return digests;
}

/** What is pressed or answered is one message. */
function standsAlone({ data }: Notification): boolean {
  return data.severity === "critical" || data.buttons !== undefined || data.replyTo !== undefined;
}

function partsOf({ id, data }: Notification): Pick<Digest, "replyTo" | "buttons" | "acknowledges"> {
  const until = data.buttonsUntil ?? new Date(data.at.getTime() + BUTTONS_HOLD_MS);
  return {
    ...(data.replyTo === undefined ? {} : { replyTo: data.replyTo }),
    ...(data.buttons === undefined ? {} : { buttons: { rows: data.buttons, until } }),
    ...(data.severity === "critical" ? { acknowledges: data.repeatOf ?? id } : {}),
  };
}

const prefixes = { info: "", warning: "Warning: ", critical: "CRITICAL: " } as const;

/**
 * Title, details, requestId (not of an answer: its request is the question). What does not fit is cut from
 * the details: title and requestId always show.
 */
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
  const end = data.kind === "answer" ? [] : [requestId];
  return {
    html: [`<b>${escapeHtml(title)}</b>`, ...[...details, ...end].map(tappable)].join("\n"),
    plain: [title, ...details, ...end].join("\n"),
    title,
    details,
  };
}
