import { requestId, type RequestId } from "#contracts/ids";

export const REQUEST_ID_HEADER = "X-Request-Id";

/** The request's id when a trusted caller sent one, a fresh one otherwise. */
export function requestIdOf(headers: Headers): RequestId {
  const sent = requestId.safeParse(headers.get(REQUEST_ID_HEADER));
  return sent.success ? sent.data : mintRequestId();
}

export function mintRequestId(): RequestId {
  return crypto.randomUUID();
}
