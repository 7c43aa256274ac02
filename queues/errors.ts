/**
 * The two errors that mean something to the consumer policy. Everything else is retried with backoff.
 */

/** No later attempt can succeed: the message is parked now. `code` is stable, snake_case. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The other side said when to come back. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly seconds: number;

  constructor(seconds: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.seconds = seconds;
  }
}
