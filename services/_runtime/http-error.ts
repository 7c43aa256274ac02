import { redact } from "#queues/redact";
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
    // Refusals quote what they refuse, and another side's words may quote us.
    const hint = this.hint ? { hint: redact(this.hint) } : {};
    const error = { code: this.code, message: redact(this.message), ...hint };
    const headers = { ...this.headers, [REQUEST_ID_HEADER]: requestId, "Cache-Control": "no-store" };
    return Response.json({ requestId, error }, { status: this.status, headers });
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
