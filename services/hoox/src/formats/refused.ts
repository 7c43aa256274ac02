/** An alert that is not traded, with what a trader needs to mend it. */
export class AlertRefused extends Error {
  override readonly name = "AlertRefused";
  /** Stable, snake_case. */
  readonly code: string;
  /** The field or placeholder it is about: refusals with equal code and subject have one cause. */
  readonly subject: string;
  readonly hint: string | undefined;

  constructor(code: string, subject: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.subject = subject;
    this.hint = hint;
  }
}

/** A sender's text inside a message: quoted and short. */
export function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
