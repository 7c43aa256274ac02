import { pathOf } from "#contracts/routes/route";
import { emailRoutes, type ReadEmail } from "#contracts/routes/emails";
import { HttpError } from "#runtime/http-error";
import { callInternal } from "#runtime/internal-auth";
import type { GatewayDeps } from "../deps.ts";
import { authenticate, TOO_MANY_WRONG_KEYS } from "../webhook/authenticate.ts";
import { findKeys } from "../webhook/find-keys.ts";
import type { Call } from "../webhook/ports.ts";
import { refuseFlood, takeAlert } from "../webhook/receive-alert.ts";
import { alertIn } from "./alert-text.ts";
import { spoofed } from "./sender.ts";

/** An incoming mail, as far as it is used. */
export interface IncomingEmail {
  readonly raw: ReadableStream<Uint8Array>;
  readonly rawSize: number;
  /** Refuses it for good; its sender hears why. */
  setReject(reason: string): void;
}

/** An alert has 16 KB, which MIME may double, and mail servers add headers. */
const MOST_BYTES = 100_000;
const READ_MS = 10_000;

/**
 * The backup of the webhook: an alert that came by mail goes the same way, under the same key, and trades once whichever
 * came first. Throws when it could not be taken yet: the mail server tries again, for hours.
 */
export async function receiveEmail(message: IncomingEmail, call: Call, deps: GatewayDeps): Promise<void> {
  const log = deps.logs.log.for(call.requestId);
  const reject = (code: string, reason: string): void => {
    const count = deps.refusals.count(code, deps.clock.now());
    if (count !== undefined) log("warn", "email.refused", reason, { code, since_last_line: count });
    message.setReject(reason);
  };
  if (message.rawSize > MOST_BYTES) return reject("email_too_large", `it has more than ${MOST_BYTES} bytes`);
  const mail = await read(message, call, deps);
  const forged = spoofed(mail, deps.emailDomains);
  if (forged !== undefined) return reject("email_spoofed", forged);
  const body = alertIn(mail.text);
  if (body === undefined) return reject("email_without_alert", "it holds no JSON object");
  try {
    const from = { source: "email", background: call.background };
    const rules = await authenticate(findKeys("", body), from, deps);
    await refuseFlood(rules, call, deps);
    await takeAlert({ body, rules, receivedAt: deps.clock.now(), mail }, call, deps);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    // Sent again, its key is as wrong.
    if (error.status === 401 || error.code === TOO_MANY_WRONG_KEYS) return reject("email_without_key", error.message);
    // What was refused under a valid key is recorded and told; a bounce would tell nobody.
    if (error.status >= 500 || error.status === 429) throw error;
  }
}

async function read(
  message: IncomingEmail,
  { requestId }: Call,
  { caller, neighbours }: GatewayDeps,
): Promise<ReadEmail> {
  const bytes = new Uint8Array(await new Response(message.raw).arrayBuffer());
  const { method, reply } = emailRoutes.read;
  return callInternal(caller, neighbours["ops-worker"], {
    method,
    path: pathOf(emailRoutes.read),
    requestId,
    body: { raw: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) },
    response: reply,
    timeoutMs: READ_MS,
  });
}
