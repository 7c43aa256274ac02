import type { DataOn, MessageOn } from "#queues/registry";
import type { OpsDeps } from "../deps.ts";

export type Command = MessageOn<"commands">;
type Notification = DataOn<"notifications", "notification.requested">;

/** What a chat is told: one line, detail below, perhaps buttons. */
export interface Answer {
  title: string;
  details?: readonly { label: string; value: string }[];
  buttons?: NonNullable<Notification["buttons"]>;
  buttonsUntil?: Date;
}

/** One thing that was asked, and by whom. */
export interface Asked {
  requestId: string;
  /** For the audit log and the kill switch: `telegram:<chat>`. */
  by: string;
  person: string;
  at: Date;
  /** What stood behind the command or, of a button, behind the colon of its action. */
  rest: string;
}

export type Respond = (asked: Asked, deps: OpsDeps) => Promise<Answer>;

/** The limits of the contract; what does not fit is cut, never refused. */
export function toNotification({ title, details = [], buttons, buttonsUntil }: Answer, { data }: Command, at: Date) {
  return {
    severity: "info",
    kind: "answer",
    title: clip(title, 300),
    details: details.slice(0, 20).map(({ label, value }) => ({ label: clip(label, 40), value: clip(value, 500) })),
    chatId: data.chatId,
    ...(data.messageId === undefined ? {} : { replyTo: data.messageId }),
    ...(buttons === undefined ? {} : { buttons }),
    ...(buttonsUntil === undefined ? {} : { buttonsUntil }),
    at,
  } satisfies Notification;
}

function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
