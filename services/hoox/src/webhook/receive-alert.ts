import { ledgerOf, type LedgerName } from "#contracts/ids";
import type { ReadEmail } from "#contracts/routes/emails";
import type { Signal } from "#contracts/signal";
import { DEFAULT_STRATEGY } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import { REQUEST_ID_HEADER } from "#runtime/request-id";
import type { Alert } from "../formats/canonical.ts";
import type { JsonValue } from "../formats/json.ts";
import { AlertRefused } from "../formats/refused.ts";
import { StrategyRefused } from "../strategies/enforce.ts";
import type { StrategyRules } from "../strategies/rules.ts";
import { SettingsUnreadable } from "../strategies/unreadable.ts";
import { acceptAlert, type AcceptReply } from "./accept.ts";
import { alertKeyOf } from "./alert-key.ts";
import { authenticate, tooMany } from "./authenticate.ts";
import { findKeys } from "./find-keys.ts";
import type { Call, StrategyCall, WebhookPorts } from "./ports.ts";
import { readBody } from "./read-body.ts";
import { refuseSource } from "./source-address.ts";
import { published, tellRefusal, tellTrader, type Refusal } from "./tell-trader.ts";
import { parseBody, understand, type Body } from "./understand.ts";

const ROUTE = "/webhook";
const AFTER_ANSWER_MS = 3;

/** `POST /webhook`: refuses (throws HttpError) or has the ledger accept. Nothing but that is waited for. */
export async function receiveAlert(request: Request, from: Call, ports: WebhookPorts): Promise<Response> {
  const receivedAt = ports.clock.now();
  return takeAlert({ ...(await admit(request, from, ports)), receivedAt }, from, ports);
}

/** An alert whose sender has passed. `mail`: it came by mail, which is told from a copy by an id of its own alone. */
export async function takeAlert(
  {
    body,
    rules,
    receivedAt,
    mail,
  }: { body: Body; rules: StrategyRules; receivedAt: Date; mail?: Pick<ReadEmail, "sentAt"> },
  from: Call,
  ports: WebhookPorts,
): Promise<Response> {
  const { strategy } = rules.defaults;
  const call = { ...from, strategy };
  let alert: Alert;
  try {
    alert = understand(body, rules, ports, mail?.sentAt === undefined ? undefined : new Date(mail.sentAt));
    if (mail !== undefined) alert = asMailed(alert, mail);
  } catch (error) {
    if (!(error instanceof AlertRefused)) throw error;
    throw refused(error instanceof StrategyRefused ? error.status : 400, error, body.json, call, ports);
  }
  const signal = { requestId: call.requestId, ...alert.signal };
  const ledger = ledgerOf(signal);
  const { idempotencyKey } = alert;
  const alertKey = await alertKeyOf({ strategy, idempotencyKey, route: ROUTE, body: body.text });
  const reply = await acceptAlert({ v: 1, ledger, signal, alertKey }, ports).catch((error: unknown) => {
    throw unaccepted(error, "ledger-worker", call, ports);
  });
  if (reply.status === "key_reused")
    throw refused(409, keyReused(idempotencyKey ?? "", reply.requestId), body.json, call, ports);
  const taken = { receivedAt, ms: ports.clock.now().getTime() - receivedAt.getTime() };
  call.background(afterwards(reply, { signal, ledger, taken }, call, ports));
  return reply.status === "accepted"
    ? answer(202, call, { requestId: call.requestId, status: "accepted" })
    : answer(200, call, { requestId: reply.requestId, status: "duplicate" });
}

/**
 * A mail comes minutes after its webhook, when equal bytes may well be another alert: so it must name itself. Its validity
 * counts from when it was sent.
 */
function asMailed(alert: Alert, { sentAt }: Pick<ReadEmail, "sentAt">): Alert {
  if (alert.idempotencyKey === undefined) {
    const hint = 'put "idempotencyKey": "{{ticker}} {{timenow}} {{strategy.order.id}}" into the alert';
    throw new AlertRefused(
      "email_without_id",
      "idempotencyKey",
      "an alert by mail needs an idempotencyKey: without one nobody can tell it from its webhook",
      hint,
    );
  }
  const fired = alert.signal.sentAt ?? (sentAt === undefined ? undefined : new Date(sentAt));
  return { ...alert, signal: { ...alert.signal, channel: "email", ...(fired && { sentAt: fired }) } };
}

/** Size, source, key and rate: what a sender must pass before anyone looks at what it says. */
async function admit(request: Request, call: Call, ports: WebhookPorts): Promise<{ body: Body; rules: StrategyRules }> {
  const source = request.headers.get("cf-connecting-ip") ?? "";
  refuseSource(source, ports.sources);
  const body = parseBody(await readBody(request));
  const from = { source, background: call.background };
  const rules = await authenticate(findKeys(request.url, body), from, ports).catch((error: unknown) => {
    // Whose key it is cannot be told, and a storm of invented names must stay one cause.
    const strategy = DEFAULT_STRATEGY;
    throw error instanceof SettingsUnreadable ? unaccepted(error, error.subject, { ...call, strategy }, ports) : error;
  });
  await refuseFlood(rules, call, ports);
  return { body, rules };
}

/** Throws 429, and tells the trader, when a strategy sends more alerts than it may. */
export async function refuseFlood(
  { defaults: { strategy } }: StrategyRules,
  call: Call,
  ports: WebhookPorts,
): Promise<void> {
  const allowed = ports.alertRate(strategy);
  if (allowed !== true && !(await allowed)) throw flooded({ ...call, strategy }, ports);
}

/** Told to the trader but not recorded alert by alert: a flood that is refused must not become one of records. */
function flooded(call: StrategyCall, ports: WebhookPorts): HttpError {
  const error = tooMany("too_many_alerts", "more alerts in a minute than this key may send");
  const of: Refusal = { code: error.code, subject: "rate", message: error.message, hint: error.hint };
  call.background(tellTrader(of, { severity: "warning", title: "Alerts refused" }, call, ports));
  return error;
}

async function afterwards(
  reply: Exclude<AcceptReply, { status: "key_reused" }>,
  of: {
    signal: Signal;
    ledger: LedgerName;
    /** When the request came, and how long it waited for its answer. */
    taken: { receivedAt: Date; ms: number };
  },
  call: Call,
  ports: WebhookPorts,
): Promise<void> {
  // The answer leaves first: on one thread, a send begun at once is paid for by the sender who waits.
  await ports.clock.timer(AFTER_ANSWER_MS).done;
  const { requestId } = call;
  const { ledger, taken } = of;
  const { symbol, action, strategy } = of.signal;
  const log = ports.logs.log.for(requestId);
  if (reply.status === "duplicate") {
    const { channel } = of.signal;
    const droppedAt = ports.clock.now();
    const data = {
      firstRequestId: reply.requestId,
      ledger,
      strategy,
      symbol,
      action,
      droppedAt,
      ...(channel && { channel }),
    };
    log("info", "alert.duplicate", `dropped: the same alert as ${reply.requestId}`, {
      ledger,
      symbol,
      action,
      ...taken,
    });
    await published(ports.producer.send("records", "signal.duplicated", data, { requestId }), call, ports);
    return;
  }
  log("info", "alert.accepted", `accepted ${action} ${symbol} for ${ledger} as number ${reply.seq}`, {
    ledger,
    symbol,
    action,
    seq: reply.seq,
    ...taken,
  });
  // The ledger hints by itself as long as nobody comes, so a lost hint is a delay.
  if (!reply.hint) return;
  await published(
    ports.producer.send("trade-signals", "signal.hinted", { ledger, purpose: "execute" }, { requestId }),
    call,
    ports,
  );
}

function keyReused(key: string, first: string): Refusal {
  return {
    code: "key_reused",
    subject: "idempotencyKey",
    message: `idempotencyKey "${key.slice(0, 40)}" was already used for another alert (${first})`,
    hint: "an idempotencyKey names one alert: put {{timenow}} or {{strategy.order.id}} into it",
  };
}

function refused(
  status: 400 | 403 | 409 | 429,
  refusal: Refusal,
  json: JsonValue,
  call: StrategyCall,
  ports: WebhookPorts,
): HttpError {
  const { strategy } = call;
  ports.logs.log.for(call.requestId)("warn", "alert.refused", refusal.message, { code: refusal.code, strategy });
  call.background(tellRefusal(refusal, json, call, ports));
  const { code, message, hint } = refusal;
  return new HttpError(status, code, message, hint === undefined ? {} : { hint });
}

/** Perhaps nobody sends it again, so the trader hears of it as well as the sender. */
function unaccepted(error: unknown, subject: string, call: StrategyCall, ports: WebhookPorts): unknown {
  if (!(error instanceof HttpError)) return error;
  ports.logs.log.for(call.requestId)("error", "alert.unaccepted", `${error.message}: ${String(error.cause)}`, {
    code: error.code,
  });
  const { code, message, hint } = error;
  const of: Refusal = { code, subject, message, hint };
  call.background(tellTrader(of, { severity: "critical", title: "Alert not accepted" }, call, ports));
  return error;
}

function answer(status: number, call: Call, body: { requestId: string; status: string }): Response {
  return Response.json(body, { status, headers: { [REQUEST_ID_HEADER]: call.requestId } });
}
