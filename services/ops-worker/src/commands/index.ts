import { ACKNOWLEDGE } from "#contracts/telegram";
import { acknowledgeButton } from "./acknowledge.ts";
import type { Respond } from "./answer.ts";
import { kill, killButtons } from "./kill.ts";
import { resume, RESUME, resumeButton } from "./resume.ts";
import { deadLetters, orders, positions, queues } from "./show.ts";
import { status, trace } from "./status.ts";

interface Entry {
  respond: Respond;
  /** One line for /help. */
  help: string;
  /** What must not happen long after it was asked for. */
  expires?: true;
}

const help: Respond = async () => ({
  title: "What you can ask",
  details: Object.entries(commands).map(([name, { help: value }]) => ({ label: `/${name}`, value })),
});

/** What a chat may ask, in the order of /help. */
export const commands: Readonly<Record<string, Entry>> = {
  status: { respond: status, help: "is all well, and what is open" },
  positions: { respond: positions, help: "open positions and what they have earned" },
  orders: { respond: orders, help: "the last alerts and how they ended; /orders BTCUSDT" },
  trace: { respond: trace, help: "what became of one alert: /trace <id>" },
  dlq: { respond: deadLetters, help: "messages that were parked" },
  queues: { respond: queues, help: "what waits on the queues" },
  kill: { respond: kill, help: "stop at once: /kill [entries|all] [reason]" },
  resume: { respond: resume, help: "trade again; asks first", expires: true },
  help: { respond: help, help: "this" },
};

export const greet: Respond = async (asked, deps) => ({
  ...(await help(asked, deps)),
  title: "Hoox tells you here what it trades. What you can ask:",
});

/** By what stands before the colon of a button's action. */
export const buttons: Readonly<Record<string, Pick<Entry, "respond" | "expires">>> = {
  ...Object.fromEntries(Object.entries(killButtons).map(([name, respond]) => [name, { respond }])),
  [RESUME]: { respond: resumeButton, expires: true },
  [ACKNOWLEDGE.slice(0, -1)]: { respond: acknowledgeButton },
};
