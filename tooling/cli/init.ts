import { text as textOf } from "node:stream/consumers";
import type { HooxContext } from "./context.ts";
import { ensureDevVars, setFirst } from "./dev-vars.ts";
import { usageError } from "./errors.ts";

export interface Initialised {
  file: ".dev.vars";
  /** Secrets that were made up or given now, by name. */
  set: string[];
  /** Those that had a value, which nothing changes. */
  kept: string[];
  telegram: boolean;
  next: string[];
}

export const TOKEN = "TG_BOT_TOKEN_BINDING";

/** Makes up what is missing; a token fills an empty place and never replaces another one. */
export async function initialise(root: string, token: string | undefined): Promise<Initialised> {
  const { values, added } = await ensureDevVars(root);
  const isSet = token !== undefined && (await setFirst(root, TOKEN, token));
  const set = isSet ? [...added, TOKEN] : added;
  const telegram = isSet || Boolean(values[TOKEN]);
  const kept = Object.keys(values).filter((name) => values[name] !== "" && !set.includes(name));
  const next = ["npm start", ...(telegram && !values["TELEGRAM_CHAT_ID_DEFAULT"] ? ["npx hoox telegram setup"] : [])];
  return { file: ".dev.vars", set, kept, telegram, next };
}

/** From stdin or, unseen, from the terminal; never from the command line, which other users of a machine can read. */
export async function readToken(context: HooxContext, from: "stdin" | "terminal"): Promise<string | undefined> {
  const given =
    from === "stdin"
      ? await textOf(context.stdin)
      : await context.askSecret("Telegram bot token from @BotFather, not shown (Enter for none): ");
  const token = given.trim();
  if (token === "" && from === "terminal") return undefined;
  if (!/^\d+:[\w-]{30,}$/.test(token))
    throw usageError(
      "that is no Telegram bot token; nothing was changed",
      "one looks like 123456789:AAF3… with 35 letters and digits behind the colon",
    );
  return token;
}
