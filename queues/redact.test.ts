import { describe, expect, it, vi } from "vitest";
import type * as Redaction from "./redact.ts";
import { redact, redactValue } from "./redact.ts";

const SECRET = "Sesame-4f3a";
const TELEGRAM = "7000000001:AAHfiqksKZ8WmR2zTn4jdK9uYb-3xQeVcLo";
const STRATEGY = "hoox_breakout_mfrggzdfmztwq2lknnwg23tpobyxe43u";
const BINANCE = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";

describe("text is rid of", () => {
  it.each([
    `POST /webhook?key=${SECRET}&x=1`,
    `POST /webhook%3Fkey%3D${SECRET}%26x=1`,
    `https://api.binance.com/fapi/v1/order?symbol=BTCUSDT&timestamp=1&signature=${SECRET}`,
    ...["apiKey", "key", "secret", "token", "passphrase", "webhook_secret", "TOKEN", "signalToken", "password"].flatMap(
      (name) => [
        `{"${name}":"${SECRET}","symbol":"BTCUSDT"}`,
        `{"${name}" : "${SECRET}"`,
        `{'${name}': '${SECRET}'}`,
        `${name}=${SECRET} symbol=BTCUSDT`,
        `${name}: ${SECRET}`,
        `<${name}>${SECRET}</${name}>`,
        JSON.stringify({ body: JSON.stringify({ [name]: SECRET }) }),
        JSON.stringify(JSON.stringify({ body: JSON.stringify({ [name]: SECRET }) })),
        encodeURIComponent(JSON.stringify({ [name]: SECRET })),
      ],
    ),
    `{"apiKey":"…${SECRET}"} {"apiKey":"<a>${SECRET}"} {"apiKey":"{{ticker}}${SECRET}"}`,
    `{"secret":"open ${SECRET}, please & now"}`,
    JSON.stringify({ secret: `quoted "${SECRET}" \\ end` }),
    `X-MBX-APIKEY: ${SECRET}`,
    `X-BAPI-SIGN: ${SECRET}`,
    `x-internal-auth-key: ${SECRET}`,
    `X-Telegram-Bot-Api-Secret-Token: ${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `Authorization: Basic ${SECRET}`,
    `{"authorization":"Bearer ${SECRET}"}`,
    `WEBHOOK_API_KEY_BINDING=${SECRET}\nOPERATOR_KEY_BINDING="${SECRET}"`,
    `MAIN_BINANCE_USDM_API_SECRET=${SECRET}`,
    `CLOUDFLARE_API_TOKEN=${SECRET}`,
    `https://user:${SECRET}@example.com/`,
    `HEARTBEAT_URL=https://hc-ping.com/${SECRET}`,
  ])("what it calls a secret: %s", (text) => {
    expect(redact(text)).not.toContain(SECRET);
  });

  it.each([
    [`fetch failed: https://api.telegram.org/bot${TELEGRAM}/sendMessage`, TELEGRAM.split(":")[1]],
    [`https%3A%2F%2Fapi.telegram.org%2Fbot${encodeURIComponent(TELEGRAM)}`, TELEGRAM.split(":")[1]],
    [`there is nothing at /webhook/${STRATEGY}`, STRATEGY.slice(-32)],
    [`/dead-letters/a%20${STRATEGY}, no such table: nowhere_${STRATEGY}`, STRATEGY.slice(-32)],
    [`bad key ${STRATEGY.slice(0, 30)}`, STRATEGY.slice(14, 30)],
    ["cfut_0123456789012345678901234567890123456789abcdef", "0123456789"],
    [`the venue knows no ${BINANCE}`, BINANCE],
    ["-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIH\n-----END PRIVATE KEY-----", "MC4CAQAw"],
  ])("what has the form of a secret: %s", (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  it("the same whatever was redacted before", () => {
    const text = `{"apiKey":"${SECRET}"} ?key=${SECRET} Bearer ${SECRET} ${TELEGRAM} ${STRATEGY}`;
    expect(redact(redact(text))).toBe(redact(text));
  });
});

describe("text keeps", () => {
  it.each([
    "accepted buy BTCUSDT for main:paper as number 12",
    "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/signal.settled/3",
    "letter/9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/signal.hinted/0",
    "tmo6wtj3pvf23g65fmgxwpoln4-e filled at 65000.12345678",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "fingerprint 93f1a0c5d2e4b678, worker version a1b2c3d4e5f6",
    "2026-11-01T12:34:56.789Z",
    'idempotencyKey "BTCUSDT buy 2026-11-01T12:00:00Z" was already used for another alert',
    "WEBHOOK_API_KEY_BINDING: must not be empty",
    "trade-worker refused hoox: INTERNAL_KEY_BINDING does not match",
    "the operator key is missing or wrong",
    'the alert is a JSON object with the key as "apiKey", or the URL ends in ?key=…',
    'Hoox reads {"apiKey":"…","symbol":"{{ticker}}"}, { "token": "{{ticker}}" }',
    '{"apiKey": "<key of strategy scalper>", "key":"<key printed by npm start>"}',
    JSON.stringify({ hint: 'an alert looks like {"apiKey":"…","symbol":"BTCUSDT"}' }),
    "send Authorization: Bearer with the value of OPERATOR_KEY_BINDING",
    "run: npx hoox secrets set TG_BOT_TOKEN_BINDING",
    'the kill switch ("design: wait") stops entries; turkey=1, monkey: no, tokens: 3',
    "symbol=BTCUSDT&side=BUY&quantity=0.01&timestamp=1761998400000",
    "http://localhost:8787/ops/status at SENDING/IN_DOUBT <b>bold</b>",
  ])("as it is: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("the names of what was hidden, and what stands around it", () => {
    expect(redact(`bad alert: {"apiKey":"${SECRET}","symbol":"BTCUSDT"} at /webhook?key=${SECRET}&x=1`)).toBe(
      'bad alert: {"apiKey":"[redacted]","symbol":"BTCUSDT"} at /webhook?key=[redacted]&x=1',
    );
  });
});

describe("a value", () => {
  it("loses what stands under a secret's name, at any depth and of any kind", () => {
    const value = {
      headers: { "X-MBX-APIKEY": SECRET, accept: "json" },
      credentials: { id: [SECRET, 7] },
      body: JSON.stringify({ token: SECRET }),
      pin: { key: 123_456 },
      sentAt: new Date(0),
      symbol: "BTCUSDT",
    };
    expect(redactValue(value)).toEqual({
      headers: { "X-MBX-APIKEY": "[redacted]", accept: "json" },
      credentials: { id: ["[redacted]", "[redacted]"] },
      body: '{"token":"[redacted]"}',
      pin: { key: "[redacted]" },
      sentAt: new Date(0),
      symbol: "BTCUSDT",
    });
  });
});

describe("a Worker's own secrets", () => {
  const odd = 'pass "word" \\ & 100%/ö';
  const first = "5d41402abc4b2a76b9719d911017c592aa00";
  const env = {
    OPERATOR_KEY_BINDING: `${first},second-key-77`,
    MAIN_PAPER_API_SECRET: odd,
    DEFAULT_VENUE: "paper-venue",
  };

  it.each([
    ["as they are", first],
    ["during a rotation", "second-key-77"],
    ["cut off", first.slice(0, 20)],
    ["with marks", odd],
    ["in JSON", JSON.stringify({ note: odd }).slice(9, -2)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(first)).slice(3, -3)],
    ["in a URL", encodeURIComponent(odd)],
    ["in HTML", odd.replace("&", "&amp;")],
    ["in base64", btoa(first)],
    ["in the middle of base64", btoa(`me:${first}:you`).slice(4, 52)],
  ])("are hidden under any name: %s", async (_, secret) => {
    const own = await isolateWith(env);
    expect(own.redact(`order ${secret} said`)).not.toContain(secret);
  });

  it("never cost JSON its form", async () => {
    const own = await isolateWith(env);
    const text = JSON.stringify({ a: first, b: [odd, { [TELEGRAM]: "second-key-77" }], n: 1 });
    const after: unknown = JSON.parse(own.hideSecrets(text));
    expect(after).toEqual({ a: "[redacted]", b: ["[redacted]", { "7000000001:[redacted]": "[redacted]" }], n: 1 });
  });

  it("are only those of variables that are called like secrets", async () => {
    const own = await isolateWith(env);
    expect(own.hideSecrets("venue paper-venue")).toBe("venue paper-venue");
  });
});

describe("whatever surrounds it", () => {
  /** Seeded, so that a failure comes again. */
  const random = generator(20_261_101);
  const letters = "abcXYZ019_-. \"'\\{}[]:=,&?%/<>\n§";
  const noise = (): string =>
    Array.from({ length: random(0, 40) }, () => letters.charAt(random(0, letters.length - 1))).join("");
  const secret = (length: number): string =>
    Array.from({ length }, () => "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".charAt(random(0, 54))).join(
      "",
    );
  const names = ["apiKey", "token", "X-MBX-APIKEY", "signature", "OPERATOR_KEY_BINDING", "webhook_secret"] as const;

  it("a named secret is gone from text, and from text that was put into JSON over and over", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const hidden = secret(random(9, 31));
      const name = names[random(0, names.length - 1)] ?? "token";
      const inside = { [noise()]: noise(), [name]: hidden, after: noise() };
      let text = random(0, 1) === 0 ? JSON.stringify(inside) : `${noise()} ${name}=${hidden}`;
      for (let depth = random(0, 3); depth > 0; depth -= 1) text = JSON.stringify({ said: text });
      expect(redact(text)).not.toContain(hidden);
    }
  });

  it("a known secret is gone from any text, in base64 too", async () => {
    const secrets = Array.from({ length: 40 }, () => secret(random(8, 60)));
    const own = await isolateWith(Object.fromEntries(secrets.map((each, index) => [`NUMBER_${index}_TOKEN`, each])));
    for (const hidden of [...secrets, ...secrets, ...secrets]) {
      const text = `${noise()}${hidden}${noise()}`;
      for (const form of [text, JSON.stringify(text), encodeURIComponent(text)])
        expect(own.hideSecrets(form)).not.toContain(hidden);
      const base64 = Buffer.from(text).toString("base64");
      expect(own.redact(base64)).toMatch(/\[redacted\]/);
    }
  });

  it("what is no secret survives", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const hex = Array.from({ length: 64 }, () => "0123456789abcdef".charAt(random(0, 15))).join("");
      const base32 = Array.from({ length: 26 }, () => "abcdefghijklmnopqrstuvwxyz234567".charAt(random(0, 31))).join(
        "",
      );
      const price = `${random(0, 99_999)}.${random(0, 99_999_999)}`;
      const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5");
      const text = `${uuid} ${uuid}/order.updated/${base32}-s2/7 ${hex} ${base32}-e ${price} ${hex.slice(0, 16)}`;
      expect(redact(text)).toBe(text);
      expect(redactValue({ requestId: uuid, clientOrderId: `${base32}-t1`, alertKey: hex, price })).toEqual({
        requestId: uuid,
        clientOrderId: `${base32}-t1`,
        alertKey: hex,
        price,
      });
    }
  });
});

/** What an isolate knows once it has seen its env; other tests share this file's own module. */
async function isolateWith(env: object): Promise<typeof Redaction> {
  vi.resetModules();
  const own = await import("./redact.ts");
  own.rememberSecrets(env);
  return own;
}

function generator(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((state / 2 ** 32) * (to - from + 1));
  };
}
