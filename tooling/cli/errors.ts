/** 0 ok · 1 the answer is no · 2 the command was not understood · 3 the other side failed. */
export type ExitCode = 0 | 1 | 2 | 3;

/** An expected end: what failed, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  /** It may pass by itself: who asks again later may get an answer. */
  readonly passing: boolean;

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { hint?: string; cause?: unknown; passing?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.passing = options.passing ?? false;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

export function usageError(message: string, hint?: string): CliError {
  return new CliError(2, message, { hint });
}
