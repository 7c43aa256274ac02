import { createHmac, timingSafeEqual } from "node:crypto";
import { Refused } from "./http.ts";
import type { Parameters } from "./parameters.ts";

export interface Keys {
  apiKey: string;
  apiSecret: string;
}

const DEFAULT_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
const AHEAD_MS = 1_000;

/**
 * Lets a signed request pass, or throws {@link Refused}. `sent` is the query and the body exactly as they came: what is
 * signed is their text, percent-encoding and order included.
 */
export function checkSigned(of: {
  sent: string;
  parameters: Parameters;
  apiKey: string | undefined;
  keys: Keys;
  now: Date;
}): void {
  const { sent, parameters, apiKey, keys } = of;
  if (apiKey === undefined || apiKey === "") throw new Refused(-2014, "API-key format invalid.", 401);
  if (apiKey !== keys.apiKey) throw new Refused(-2008, "Invalid Api-Key ID.", 401);
  const timestamp = Number(parameters.long("timestamp"));
  const signature = parameters.matching("signature", /^[A-Za-z0-9]{1,64}$/);
  const signed = /^(.*)&signature=[^&]*$/.exec(sent)?.[1];
  if (signed === undefined || !isSignatureOf(signed, { signature, secret: keys.apiSecret })) {
    throw new Refused(-1022, "Signature for this request is not valid.");
  }
  checkTime(timestamp, parameters, of.now);
}

function isSignatureOf(signed: string, of: { signature: string; secret: string }): boolean {
  const expected = createHmac("sha256", of.secret).update(signed).digest();
  const given = Buffer.from(of.signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function checkTime(timestamp: number, parameters: Parameters, now: Date): void {
  const window = parameters.has("recvWindow") ? Number(parameters.decimal("recvWindow")) : DEFAULT_WINDOW_MS;
  if (window > LONGEST_WINDOW_MS) throw new Refused(-1131, "recvWindow must be less than 60000");
  const age = now.getTime() - timestamp;
  if (age <= -AHEAD_MS) {
    throw new Refused(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (age > window) throw new Refused(-1021, "Timestamp for this request is outside of the recvWindow.");
}
