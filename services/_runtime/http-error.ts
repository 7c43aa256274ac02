import { REQUEST_ID_HEADER } from "./request-id.ts";

/** An answer that is not a success. `code` is stable, snake_case; `hint` says what to do next. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { hint?: string; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.hint = options.hint;
    this.headers = options.headers ?? {};
  }

  toResponse(requestId: string): Response {
    const error = { code: this.code, message: this.message, ...(this.hint ? { hint: this.hint } : {}) };
    return Response.json(
      { requestId, error },
      { status: this.status, headers: { ...this.headers, [REQUEST_ID_HEADER]: requestId } },
    );
  }
}

/** What a caller may know of an error: an HttpError as it is, anything else as a plain 500. */
export function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  return new HttpError(500, "internal_error", "something failed on our side", {
    hint: "run: npx hoox trace <requestId>",
    cause: thrown,
  });
}
