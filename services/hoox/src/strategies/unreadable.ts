import { DEFAULT_STRATEGY } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";

/** Settings that cannot be read halt what they are for: other settings are never used instead. */
export class SettingsUnreadable extends HttpError {
  /** For the trader's notification: what has one cause has one subject. A sender can invent names, not entries. */
  readonly subject: string;

  constructor(of: { code: string; subject: string; message: string; hint: string; cause?: unknown }) {
    const { code, message, hint, cause } = of;
    // TradingView resends a 503 after 5 s by itself; others read it here.
    super(503, code, message, { hint, headers: { "retry-after": "5" }, cause });
    this.subject = of.subject;
  }
}

export function unreachable(name: string, cause: unknown): SettingsUnreadable {
  return new SettingsUnreadable({
    code: "strategy_unreachable",
    subject: "KV",
    message: `the settings of strategy "${name}" cannot be read; the alert was not accepted`,
    hint: "send it again: TradingView does so by itself",
    cause,
  });
}

export function unreadable(name: string, problem: string): SettingsUnreadable {
  const anew = name === DEFAULT_STRATEGY ? "set" : "add";
  return new SettingsUnreadable({
    code: "strategy_unreadable",
    subject: name,
    message: `the settings of strategy "${name}" are damaged (${problem}); none of its alerts is accepted`,
    hint: `run: npx hoox strategy remove ${name}, then write it anew: npx hoox strategy ${anew} ${name}`,
  });
}
