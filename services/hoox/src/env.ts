import * as z from "zod";
import { account, venue } from "#contracts/ids";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { HttpError } from "#runtime/http-error";
import type { Fetcher } from "#runtime/internal-auth";
import type { KeyValues } from "./strategies/read-settings.ts";
import type { RateLimit } from "./webhook/ports.ts";
import { parseAddressList } from "./webhook/source-address.ts";

interface LedgerNamespace {
  getByName(name: string): Pick<AccountLedgerRpc, "accept">;
}

/** Built with the first request, not at start-up, which an alert may be waiting for. */
const gatewayEnv = () => {
  const secret = z.string().trim().min(1, "must not be empty");
  return z.object({
    ACCOUNT_LEDGER: binding<LedgerNamespace>(),
    LEDGER_WORKER: binding<Fetcher>(),
    OPS_WORKER: binding<Fetcher>(),
    TELEGRAM_WORKER: binding<Fetcher>(),
    CONFIG: binding<KeyValues>(),
    ALERT_RATE: binding<RateLimit>(),
    REFUSAL_RATE: binding<RateLimit>(),
    VERSION: z.object({ id: z.string() }).optional(),
    /** Who may send alerts: empty for everybody, else addresses, CIDR blocks, or `tradingview`. */
    SOURCE_IPS: z.string().default("").transform(toAddressList),
    /** Who may speak to /ops, written like SOURCE_IPS. Read when they do: a typo must not cost an alert. */
    OPERATOR_IPS: z.string().default(""),
    /** Whose mails are alerts, by domain; empty: nobody's. */
    EMAIL_DOMAINS: z
      .string()
      .default("tradingview.com")
      .transform((text) =>
        text
          .toLowerCase()
          .split(/[\s,]+/)
          .filter(Boolean),
      ),
    DEFAULT_ACCOUNT: account.default("main"),
    DEFAULT_VENUE: venue.default("paper"),
    /** `off` for load tests: a bench sends more alerts in a second than a trader in an hour. */
    RATE_LIMITS: z.enum(["on", "off"]).default("on"),
    INTERNAL_KEY_BINDING: secret,
    WEBHOOK_API_KEY_BINDING: secret,
    /** Only for /webhook/check: without it no alert is refused. */
    OPERATOR_KEY_BINDING: z.string().default(""),
  });
};
export type GatewayEnv = z.infer<ReturnType<typeof gatewayEnv>>;

/** Throws a 500 that names the bad variable: until it is mended, every sender should try again later. */
export function parseEnv(env: unknown): GatewayEnv {
  const parsed = gatewayEnv().safeParse(env);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? "env");
  throw new HttpError(500, "misconfigured", `${name}: ${issue?.message ?? "invalid"}`, {
    hint: name.endsWith("_BINDING") ? `run: npx hoox secrets set ${name}` : "see services/hoox/wrangler.jsonc",
  });
}

/** Bindings come from the platform as wrangler.jsonc declares them; only their absence is worth checking. */
function binding<T>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === "object" && value !== null, "the binding is missing");
}

function toAddressList(text: string, context: z.RefinementCtx): ReturnType<typeof parseAddressList> {
  try {
    return parseAddressList(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
}
