import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { AccountError, openAccount, type Account } from "../cloudflare/index.ts";
import { Api, path } from "../cloudflare/api.ts";
import { findCredentials } from "../cloudflare/credentials.ts";

type Method = "get" | "post" | "put" | "patch" | "delete";

/** One account to ask, and the names of what a run may make there. */
export interface World {
  account: Account;
  context: HooxContext;
  /** Begins the name of everything that this run makes. */
  prefix: string;
  /** One call below the account's path, past what Hoox's own client makes of the answer. */
  call(method: Method, below: string, body?: unknown): Promise<unknown>;
  /** A call with a token that nobody has. */
  callAsStranger(below: string): Promise<unknown>;
}

export async function openWorld(context: HooxContext, prefix: string): Promise<World> {
  const account = await openAccount(context);
  const { token } = await findCredentials(context);
  const callWith =
    (api: Api) =>
    (method: Method, below: string, body?: unknown): Promise<unknown> =>
      api.call({
        method,
        path: path`/accounts/${account.id}` + below,
        ...(body === undefined ? {} : { body }),
        result: z.unknown(),
        what: `ask ${method.toUpperCase()} ${below}`,
      });
  const stranger = callWith(new Api(context, "hoox-smoke-a-token-that-nobody-has-00000"));
  return {
    account,
    context,
    prefix,
    call: callWith(new Api(context, token)),
    callAsStranger: (below) => stranger("get", below),
  };
}

/** `409 11009`: how the API refuses; `accepted` when it does not. Without any answer it throws. */
export async function refusalOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
    return "accepted";
  } catch (error) {
    if (!(error instanceof AccountError) || error.status === undefined || error.status >= 500) throw error;
    return [error.status, error.codes[0]].filter((each) => each !== undefined).join(" ");
  }
}

const MINUTE_MS = 60_000;
const EVERY_MS = 2_000;

/** Whether it becomes so: what is written to an account shows there after a while. */
export async function withinAMinute({ context }: World, isSo: () => Promise<boolean>): Promise<string> {
  for (let waited = 0; waited <= MINUTE_MS; waited += EVERY_MS) {
    if (await isSo()) return "within a minute";
    await context.sleep(EVERY_MS);
  }
  return "not within a minute";
}
