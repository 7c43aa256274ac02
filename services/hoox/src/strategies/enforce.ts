import { ledgerOf } from "#contracts/ids";
import { isExit, type Signal } from "#contracts/signal";
import type { Alert } from "../formats/canonical.ts";
import { AlertRefused } from "../formats/refused.ts";
import type { WebhookPorts } from "../webhook/ports.ts";
import type { StrategyRules } from "./rules.ts";

/** An alert that its strategy does not allow. */
export class StrategyRefused extends AlertRefused {
  readonly status: 403 | 429;

  constructor(status: 403 | 429, code: string, subject: string, message: string, hint: string) {
    super(code, subject, message, hint);
    this.status = status;
  }
}

/**
 * The alert's signal with what its strategy says of it. Throws {@link StrategyRefused}. Account and venue bind exits, too: a
 * key must not close what others hold elsewhere, so what a strategy left behind when it moved an operator closes. Nothing
 * else binds them: what was opened under older limits must still close.
 */
export function underRules(
  signal: Alert["signal"],
  rules: StrategyRules,
  { entryCount }: Pick<WebhookPorts, "entryCount">,
): Alert["signal"] {
  refuseOtherMarket(signal, rules);
  if (isExit(signal)) return { ...signal, ...validityOf(signal, rules.validity.exitSeconds) };
  refuseDisabled(rules);
  refuseOtherSymbol(signal.symbol, rules);
  refuseTooMany(rules, entryCount);
  return { ...signal, ...validityOf(signal, rules.validity.entrySeconds), ...limitsOf(signal, rules) };
}

function refuseDisabled({ enabled, defaults: { strategy } }: StrategyRules): void {
  if (enabled) return;
  const hint = `exits still pass (close, close_long, close_short); to let it open again: npx hoox strategy set ${strategy} --enable`;
  throw new StrategyRefused(403, "strategy_disabled", "enabled", `strategy "${strategy}" is disabled`, hint);
}

function refuseOtherMarket(signal: Alert["signal"], { market, defaults: { strategy } }: StrategyRules): void {
  for (const [field, own, said] of [
    ["account", market.account, signal.account],
    ["venue", market.venue, signal.venue],
  ] as const) {
    if (own === undefined || own === said) continue;
    const message = `strategy "${strategy}" trades on ${field} ${own}; this alert says ${said}`;
    const change = isExit(signal)
      ? `close what it left there: npx hoox positions close-all --ledger ${ledgerOf(signal)}`
      : `change the strategy: npx hoox strategy set ${strategy} --${field} ${said}`;
    const hint = `leave the ${field === "venue" ? "exchange" : field} out of the alert, or ${change}`;
    throw new StrategyRefused(403, `other_${field}`, said, message, hint);
  }
}

function refuseOtherSymbol(symbol: string, { limits: { symbols }, defaults: { strategy } }: StrategyRules): void {
  if (symbols === undefined || symbols.includes(symbol)) return;
  throw new StrategyRefused(
    403,
    "symbol_not_allowed",
    symbol,
    `strategy "${strategy}" may not trade ${symbol}`,
    `it may trade ${symbols.join(", ")}, and exits pass for any; change it with: npx hoox strategy set ${strategy} --allow-symbol ${symbol}`,
  );
}

function refuseTooMany({ limits, defaults: { strategy } }: StrategyRules, count: WebhookPorts["entryCount"]): void {
  const allowed = limits.alertsPerMinute;
  if (allowed === undefined || count(strategy) <= allowed) return;
  throw new StrategyRefused(
    429,
    "too_many_entries",
    "alertsPerMinute",
    `strategy "${strategy}" may send ${allowed} entries a minute; this is one more`,
    `exits still pass; change it with: npx hoox strategy set ${strategy} --alerts-per-minute ${allowed * 2}`,
  );
}

/** An alert may shorten its own validity, never lengthen it. */
function validityOf(signal: Alert["signal"], seconds: number | undefined): Pick<Signal, "validForMs"> {
  if (seconds === undefined) return {};
  return { validForMs: Math.min(seconds * 1_000, signal.validForMs ?? Infinity) };
}

/** The strategy's beside those that the alert itself names, which it may only add. */
function limitsOf(
  signal: Alert["signal"],
  { limits: { maxNotional, maxPosition, currency } }: StrategyRules,
): Pick<Signal, "limits"> {
  if (maxNotional === undefined && maxPosition === undefined) return {};
  return { limits: { ...signal.limits, maxNotional, maxPosition, currency } };
}
