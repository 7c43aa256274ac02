import { answerIdOf } from "#contracts/command";
import { HttpError } from "#runtime/http-error";
import { toNotification, type Answer, type Asked, type Command, type Respond } from "../commands/answer.ts";
import { buttons, commands, greet } from "../commands/index.ts";
import type { OpsDeps } from "../deps.ts";

/** Telegram goes on bringing for hours what nobody took: what would let orders pass must be meant now. */
const STALE_MS = 60_000;
const REMEMBERED = 1_000;

/** Acts with the same functions as /ops and answers in the chat that asked. An answer is a notification like any other. */
export async function onCommand(message: Command, deps: OpsDeps): Promise<void> {
  const { id, requestId } = message;
  const log = deps.log.for(requestId);
  if (deps.commandsTaken.has(id)) {
    log("info", "command.again", `${id} came again and was dropped`);
    return;
  }
  remember(id, deps.commandsTaken);
  try {
    const { asked, respond, name, expires } = understand(message);
    const late = deps.now().getTime() - asked.at.getTime();
    const stale = expires && late > STALE_MS;
    const answer = stale
      ? { title: `Too late: that was ${Math.round(late / 1_000)} s ago and was not done. Send it again.` }
      : await respond(asked, deps).catch(inWords);
    log("info", "command.answered", `${name} of chat ${message.data.chatId}: ${answer.title}`, { command: name, late });
    const origin = { requestId, id: answerIdOf(id), causationId: id };
    const notification = toNotification(answer, message, deps.now());
    await deps.producer.send("notifications", "notification.requested", notification, origin);
  } catch (error) {
    deps.commandsTaken.delete(id);
    throw error;
  }
}

interface Understood {
  asked: Asked;
  respond: Respond;
  name: string;
  expires: boolean;
}

function understand({ requestId, data }: Command): Understood {
  const asked = (rest: string): Asked => ({
    requestId,
    by: `telegram:${data.chatId}`,
    person: data.person ?? "somebody",
    at: data.at,
    rest,
  });
  if (data.ask.kind === "button") {
    const [name = "", rest = ""] = data.ask.action.split(":");
    const { respond, expires = false } = find(buttons, name) ?? { respond: unknownTo(`the button ${name}`) };
    return { asked: asked(rest), respond, name: `button ${name}`, expires };
  }
  const [, name, rest = ""] = /^\/(\w+)(?:@\w+)?\s*([\s\S]*)$/.exec(data.ask.text) ?? [];
  if (name === undefined || name === "start")
    return { asked: asked(""), respond: greet, name: "/start", expires: false };
  const { respond, expires = false } = find(commands, name.toLowerCase()) ?? { respond: unknownTo(`/${name}`) };
  return { asked: asked(rest), respond, name: `/${name}`, expires };
}

function find<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unknownTo(what: string): Respond {
  return async () => ({ title: `I do not know ${what}. /help says what you can ask.` });
}

/** What an operator would be answered; anything else is tried again. */
function inWords(error: unknown): Answer {
  if (!(error instanceof HttpError)) throw error;
  return { title: error.message, details: error.hint === undefined ? [] : [{ label: "Next", value: error.hint }] };
}

function remember(id: string, taken: Set<string>): void {
  taken.add(id);
  const [oldest] = taken;
  if (taken.size > REMEMBERED && oldest !== undefined) taken.delete(oldest);
}
