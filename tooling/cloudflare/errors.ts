import { redact } from "#queues/redact";
import { CliError, type ExitCode } from "../cli/errors.ts";
import { permissionFor } from "./permissions.ts";

/** What Cloudflare's API said no to, or why it could not be asked. */
export class AccountError extends CliError {
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** Cloudflare's own numbers, such as 10007 for a Worker that is not there. */
  readonly codes: readonly number[];
  /** Nobody knows whether it was done: the answer to a change got lost. */
  readonly inDoubt: boolean;

  constructor(
    exitCode: ExitCode,
    message: string,
    about: { hint?: string; cause?: unknown; passing?: boolean; status?: number; codes?: number[]; inDoubt?: boolean },
  ) {
    super(exitCode, redact(message), about);
    this.status = about.status;
    this.codes = about.codes ?? [];
    this.inDoubt = about.inDoubt ?? false;
  }
}

/** Cloudflare's code for a roll-back past a secret that has another value by now. */
export const SECRETS_CHANGED = 10_220;

export function isMissing(error: unknown): boolean {
  return error instanceof AccountError && error.status === 404;
}

/** What is asked of the account, in words that fit after "could not". */
export interface Asked {
  what: string;
  path: string;
  /** Asking twice does no more than asking once. */
  repeatable: boolean;
  writes: boolean;
  /** The answer of an earlier try got lost: whatever comes now says nothing about that one. */
  lostBefore?: boolean;
  /** What to do when nobody knows whether it was done. */
  lost?: string | undefined;
}

const LOOKS = "run the command again, it looks before it changes anything";

/** What to do after no usable answer: `again` when nothing can have changed. */
function afterLoss({ repeatable, writes, lost }: Asked, again: string): { inDoubt: boolean; hint: string } {
  if (!writes) return { inDoubt: false, hint: again };
  const todo = lost ?? (repeatable ? `${again}; a second time does no harm` : LOOKS);
  return { inDoubt: true, hint: `nobody knows whether it was done: ${todo}` };
}

/** What to do about things that are not there, by Cloudflare's code. */
const MISSING: Readonly<Record<number, string>> = {
  7003: "is CLOUDFLARE_ACCOUNT_ID right? the dashboard shows it under Workers & Pages",
  10007: "it is not deployed on this account: npx hoox deploy all --dry-run shows what is missing",
};

export function refused(
  asked: Asked,
  answer: { status: number; errors: readonly { code: number; message: string }[]; retryAfter?: number },
): AccountError {
  const { status, errors, retryAfter } = answer;
  const codes = errors.map(({ code }) => code);
  const said = errors.map(({ code, message }) => `${message} [${code}]`).join("; ") || "without a reason";
  const failed = `could not ${asked.what}: Cloudflare answered ${status}, ${said}`;
  const about = { status, codes, inDoubt: asked.lostBefore === true };
  if (status === 429) {
    const wait = retryAfter === undefined ? "a few minutes" : `${Math.ceil(retryAfter)} s`;
    const hint = `an account may ask 1,200 times in 5 minutes, its dashboard included: wait ${wait}, then run it again`;
    return new AccountError(3, failed, { ...about, passing: true, hint });
  }
  if (status >= 500) {
    const lost = afterLoss(asked, "it may pass; see https://www.cloudflarestatus.com, then run it again");
    return new AccountError(3, failed, { ...about, passing: true, ...lost });
  }
  if (status === 401 || codes.includes(9109) || codes.includes(1000) || codes.includes(6003)) {
    const hint =
      "the token is wrong, expired or revoked: make one at https://dash.cloudflare.com/profile/api-tokens and set CLOUDFLARE_API_TOKEN, or run: npx wrangler login";
    return new AccountError(3, failed, { ...about, hint });
  }
  if (status === 403) return new AccountError(3, failed, { ...about, hint: missingPermission(asked.path) });
  if (status === 404) return new AccountError(1, failed, { ...about, hint: MISSING[codes[0] ?? 0] });
  return new AccountError(3, failed, about);
}

function missingPermission(path: string): string {
  const permission = permissionFor(path);
  const add = permission === undefined ? "a permission" : `the permission "${permission.name}: ${permission.level}"`;
  return `the token lacks ${add} on this account: add it at https://dash.cloudflare.com/profile/api-tokens`;
}

/** No answer, or none that can be read. */
export function unanswered(asked: Asked, error: unknown, timeoutMs: number): AccountError {
  const late = error instanceof Error && error.name === "TimeoutError";
  const how = late ? `no answer within ${timeoutMs / 1_000} s` : `the connection failed (${reasonOf(error)})`;
  const about = { passing: true, ...afterLoss(asked, "is the network up? then run it again"), cause: error };
  return new AccountError(3, `could not ${asked.what}: ${how}`, about);
}

export function unreadable(asked: Asked, status: number, why: string): AccountError {
  const lost = afterLoss(
    asked,
    "something between here and Cloudflare may have answered instead (a proxy, CLOUDFLARE_API_BASE_URL); then run it again",
  );
  const about = { status, ...lost, passing: status >= 500 };
  return new AccountError(
    3,
    `could not ${asked.what}: the answer (${status}) is not what Cloudflare sends: ${why}`,
    about,
  );
}

/** The deepest cause says most: `fetch failed` hides `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : error.message;
}
