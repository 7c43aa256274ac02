/** Parameters in the order in which they are sent; undefined ones are left out. */
export type Parameters = Readonly<Record<string, string | undefined>>;

export function encodeParameters(parameters: Parameters): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join("&");
}

/** HMAC-SHA256 in hex of the text exactly as it is sent: Binance signs what is percent-encoded already. */
export async function signatureOf(secret: string, sent: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), algorithm, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(sent)));
  return [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
