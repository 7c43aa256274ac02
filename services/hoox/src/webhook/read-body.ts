import { HttpError } from "#runtime/http-error";

/** Alerts are a few hundred bytes; a queue message could carry eight times as much. */
export const MAX_BODY_BYTES = 16_384;
/** So much is read to be able to answer at all: a connection that we close on a body half sent loses the answer. */
const MAX_READ_BYTES = 10 * MAX_BODY_BYTES;

/**
 * The body as UTF-8 text without a byte order mark, whatever the content type says (TradingView sends
 * text/plain whenever it could not read the JSON itself). Throws 413 without keeping what is too much.
 */
export async function readBody(request: Request): Promise<string> {
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announced > MAX_READ_BYTES) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  const reader = request.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done && bytes > MAX_BODY_BYTES) throw tooLarge();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_READ_BYTES) {
      // Not awaited: whoever sends without end would decide when we answer.
      reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    text = bytes > MAX_BODY_BYTES ? "" : text + decoder.decode(value, { stream: true });
  }
}

function tooLarge(): HttpError {
  return new HttpError(413, "body_too_large", `the body is larger than ${MAX_BODY_BYTES} bytes`, {
    hint: "an alert is one small JSON object",
  });
}
