import { DEFAULT_STRATEGY } from "#contracts/strategy";
import type { AlertCheck } from "#contracts/routes/webhook";
import { HttpError } from "#runtime/http-error";
import { keyMatches } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER } from "#runtime/request-id";
import { explained } from "../formats/explain.ts";
import { AlertRefused } from "../formats/refused.ts";
import { StrategyRefused } from "../strategies/enforce.ts";
import { rulesOf, type StrategyRules } from "../strategies/rules.ts";
import { authenticate, refuseKey } from "./authenticate.ts";
import { findKeys } from "./find-keys.ts";
import { refuseStrangers } from "./operator-address.ts";
import type { Call, WebhookPorts } from "./ports.ts";
import { readBody } from "./read-body.ts";
import { refuseSource } from "./source-address.ts";
import { parseBody, understand } from "./understand.ts";

export interface CheckPorts extends WebhookPorts {
  readonly operatorKey: string;
  /** Who may speak as an operator: an address list as text. */
  readonly operatorIps: string;
}

/** `POST /webhook/check`: how the alert would be understood, or the error it would get. It leaves no trace. */
export async function checkAlert(request: Request, call: Call, ports: CheckPorts): Promise<Response> {
  const body = parseBody(await readBody(request));
  const keys = findKeys(request.url, body);
  const rules = await rulesFor(request, keys, call, ports);
  try {
    const alert = understand(body, rules, { clock: ports.clock, entryCount: () => 0 });
    const reply: AlertCheck = { requestId: call.requestId, ...explained(alert, rules.defaults, keys) };
    return Response.json(reply, { headers: { [REQUEST_ID_HEADER]: call.requestId } });
  } catch (error) {
    if (!(error instanceof AlertRefused)) throw error;
    const { code, message, hint } = error;
    const status = error instanceof StrategyRefused ? error.status : 400;
    throw new HttpError(status, code, message, hint === undefined ? {} : { hint });
  }
}

/** An operator may check from wherever operators may ask, for the strategy of the alert's key or any other. */
async function rulesFor(
  request: Request,
  keys: readonly string[],
  { background }: Call,
  ports: CheckPorts,
): Promise<StrategyRules> {
  const source = request.headers.get("cf-connecting-ip") ?? "";
  const from = { source, background };
  const bearer = /^bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]?.trim();
  if (bearer === undefined) {
    refuseSource(source, ports.sources);
    return authenticate(keys, from, ports);
  }
  refuseStrangers(request, ports.operatorIps);
  if (!(await keyMatches(bearer, ports.operatorKey))) {
    throw await refuseKey(source, ports, "the operator key is missing or wrong", {
      hint: "send Authorization: Bearer with the value of OPERATOR_KEY_BINDING",
    });
  }
  const named = new URL(request.url).searchParams.get("strategy");
  if (named !== null) return rulesNamed(named, from, ports);
  const uncounted = { ...ports, refusalRate: { limit: async () => ({ success: true }) } };
  return authenticate(keys, from, uncounted).catch((error: unknown) => {
    if (error instanceof HttpError && error.status === 401) return rulesNamed(DEFAULT_STRATEGY, from, ports);
    throw error;
  });
}

async function rulesNamed(
  name: string,
  { background }: Pick<Call, "background">,
  ports: CheckPorts,
): Promise<StrategyRules> {
  const strategy = await ports.strategy(name, background);
  if (strategy === undefined && name !== DEFAULT_STRATEGY)
    throw new HttpError(404, "unknown_strategy", `there is no strategy "${name.slice(0, 40)}"`, {
      hint: "see: npx hoox strategy list",
    });
  return rulesOf(name, strategy, ports.defaults);
}
