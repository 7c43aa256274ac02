import * as z from "zod";
import { workers, type Worker } from "#contracts/ids";
import { configOf } from "../sync/config.ts";

export interface Declared {
  name: string;
  /** In the order of deployment. */
  workers: Worker[];
  /** What happens without it; undefined when Hoox does not work then. */
  without: string | undefined;
}

/** Declared, yet not needed: what is so while they are missing or empty. */
const OPTIONAL: Readonly<Record<string, string>> = {
  TG_BOT_TOKEN_BINDING: "notifications go to the log",
  TELEGRAM_CHAT_ID_DEFAULT: "only the chats of `npx hoox telegram setup` are told",
  TELEGRAM_WEBHOOK_SECRET: "commands in the chat are not answered",
};

/** Of an account at a venue: `wrangler.jsonc` cannot know which accounts there are. */
const CREDENTIAL = /^([A-Z][A-Z0-9_]*)_API_(KEY|SECRET)$/;

const config = z.object({ secrets: z.object({ required: z.array(z.string()) }).optional() });

/** Which Worker has which secrets, as each wrangler.jsonc says. */
export async function declaredSecrets(): Promise<Declared[]> {
  const lists = await Promise.all(
    workers.map(async (worker) => {
      const { secrets } = config.parse(await configOf(worker));
      return { worker, names: secrets?.required ?? [] };
    }),
  );
  const all = [...new Set(lists.flatMap(({ names }) => names))];
  return all.map((name) => ({
    name,
    workers: lists.filter(({ names }) => names.includes(name)).map(({ worker }) => worker),
    without: OPTIONAL[name],
  }));
}

/** Whether it is a key or a secret of an account at a venue, which only trade-worker needs. */
export function isCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}

export function credential(name: string): Declared {
  return { name, workers: ["trade-worker"], without: undefined };
}

/** Credentials come in pairs: the names of both halves of each of these. */
export function withOtherHalves(names: readonly string[]): string[] {
  const accounts = names.flatMap((name) => CREDENTIAL.exec(name)?.[1] ?? []);
  return [...new Set(accounts)].toSorted().flatMap((each) => [`${each}_API_KEY`, `${each}_API_SECRET`]);
}
