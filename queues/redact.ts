/**
 * The one place that takes secrets out of text. Two strengths: {@link hideSecrets} takes out what certainly is
 * one, and is run over everything that leaves a Worker; {@link redact} also what is called like one, and is for
 * words of our own and of others that end in a log line, a reason or an answer.
 */
const HIDDEN = "[redacted]";

/** Secrets known by their form. No match can hold a quote or a backslash, so JSON text stays JSON. */
const SHAPES: readonly [RegExp, string][] = [
  // Telegram bot token; the bot's id before the colon is public.
  [/(?<!\d)(\d{6,12}(?::|%3A))[A-Za-z0-9_-]{30,}/gi, `$1${HIDDEN}`],
  // Key of a strategy, whose name is worth keeping.
  [/(hoox_[a-z][a-z0-9-]{0,31}_)[a-z2-7]{8,}/gi, `$1${HIDDEN}`],
  // Cloudflare API token.
  [/cf(?:k|ut|at)_[A-Za-z0-9]{30,}/g, HIDDEN],
  [/(bearer(?:\s+|%20|\+))[\w.~+/=-]{8,}/gi, `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"'-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, HIDDEN],
  // The password of `https://user:password@host`.
  [/(:\/\/[^\s/:@"'\\]+:)[^\s/@"'\\]+(?=@)/g, `$1${HIDDEN}`],
];

/** What no shape can do without: most texts have none of it and are through. */
const MAY_HAVE_SHAPE = /\d(?::|%3A)[\w-]|hoox_|cf[a-z]+_|bearer|-----BEGIN|:\/\//i;

const SECRET_NAME =
  "(?:[\\w-]*?(?:secret(?:[_-]?key)?|token|pass(?:phrase|word|wd)|pwd|signature|[_-]sign|credentials?|authorization" +
  "|cookie|api[_-]?key|(?:private|access|operator|webhook|auth|listen|internal)[_-]?key|_binding|heartbeat_url)|key|sign|sig)";
const secretName = new RegExp(`^${SECRET_NAME}$`, "i");
/** Behind a name that ends a sentence of ours (`…_BINDING: must not be empty`) or shows a form (`?key=…`). */
const NO_VALUE =
  "(?:must|is|are|was|not|no|missing|does|has|invalid|expected|needs?|the|with|too)\\b|(?:bearer|basic|token)\\s|…|<[a-z]|\\[redacted|\\{\\{";
/** What we write where a secret is to stand: `"apiKey":"…"`, `"apiKey":"<key printed by npm start>"`. */
const PLACEHOLDER = "(?:…|<[a-z][a-z -]{0,60}>|\\{\\{[\\w.]{1,40}\\}\\})";
const NAMED = new RegExp(
  `((?:(?<![A-Za-z0-9_-])|(?<=%[0-9a-f]{2}))${SECRET_NAME}(?:\\\\*["']|%22)?(?:\\s*[=:]\\s*|%3[ad](?:%20|\\+)*|>)(?:(?:bearer|basic|token)\\s+)?)` +
    // A quoted value ends at the same quote, however often it is escaped; a bare one at the next mark.
    `(?:(\\\\*["'\`]|%22)(?!${PLACEHOLDER}\\2)(?:(?!\\2)(?:\\\\+[^]|[^\\\\]))+|(?!${NO_VALUE})[^\\s"'\`&,;}\\])<>\\\\]+)`,
  "gi",
);
const SEPARATOR = /[=:>]|%3[ad]/i;
/** An exchange's key or a JSON Web Token; ids and hashes of ours never mix capitals with small letters. */
const RANDOM =
  /(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{32,}(?![A-Za-z0-9])/g;

/** Names of fields, which are few and the same in every line. */
const judgedNames = new Map<string, boolean>();
const MAX_JUDGED_NAMES = 1_000;

function isSecretName(name: string): boolean {
  const known = judgedNames.get(name);
  if (known !== undefined) return known;
  const secret = secretName.test(name);
  if (judgedNames.size < MAX_JUDGED_NAMES) judgedNames.set(name, secret);
  return secret;
}

/** Shorter ones would be found in ordinary words. */
const SHORTEST = 8;
/** A long one is also found when something has cut its end off. */
const RECOGNISABLE = 16;

const values = new Set<string>();
/** Looked for everywhere, and only in free text: base64 has three forms of each, which cost more than all the rest. */
let known: RegExp | undefined;
let knownInBase64: RegExp | undefined;

/**
 * From now on the values of all variables that are called like secrets are hidden wherever they stand. One
 * isolate runs one Worker, so this is a fact of the isolate and nobody needs to carry secrets around.
 */
export function rememberSecrets(env: object): void {
  const before = values.size;
  for (const [name, value] of Object.entries(env)) {
    if (typeof value !== "string" || !isSecretName(name)) continue;
    // During a rotation two values stand there.
    for (const each of [value, ...value.split(",")].map((text) => text.trim()))
      if (each.length >= SHORTEST) values.add(each);
  }
  if (values.size === before) return;
  known = anyOf([...values].flatMap(formsOf));
  knownInBase64 = anyOf([...values].flatMap(base64Of));
}

/** Known values and certain shapes. JSON text stays JSON, and ids, hashes and prices are never touched. */
export function hideSecrets(text: string): string {
  const unknown = known === undefined ? text : text.replaceAll(known, HIDDEN);
  if (!MAY_HAVE_SHAPE.test(unknown)) return unknown;
  return SHAPES.reduce((current, [pattern, replacement]) => current.replaceAll(pattern, replacement), unknown);
}

/** Free text without keys, tokens and signatures, whatever form they stand in. */
export function redact(text: string): string {
  const plain = knownInBase64 === undefined ? text : text.replaceAll(knownInBase64, HIDDEN);
  const certain = hideSecrets(plain);
  const named = SEPARATOR.test(certain)
    ? certain.replaceAll(NAMED, (_, head: string, quote: string | undefined) => `${head}${quote ?? ""}${HIDDEN}`)
    : certain;
  return named.length < 32 ? named : named.replaceAll(RANDOM, HIDDEN);
}

/** The same value with its texts redacted, and whatever a field that is called like a secret holds hidden. */
export function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(redactValue);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.length < RECOGNISABLE ? name : redact(name),
      isSecretName(name) ? hidden(each) : redactValue(each),
    ]),
  );
}

function hidden(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value)
      ? value.map(hidden)
      : Object.fromEntries(Object.entries(value).map(([name, each]) => [redact(name), hidden(each)]));
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? HIDDEN : value;
}

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.toSorted((a, b) => b.length - a.length).join("|"), "g");
}

/** As patterns: the value itself and as JSON, a URL and HTML would carry it. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const cut = value.length >= RECOGNISABLE * 1.5 && /^[\w-]+$/.test(value);
  const plain = cut ? `${escaped(value.slice(0, RECOGNISABLE))}[\\w-]*` : escaped(value);
  const encoded = [json, encodeURIComponent(value), html].filter((each) => each !== value);
  return [...new Set([plain, ...encoded.map(escaped)])];
}

/** As patterns: the characters that a text holding `value` has in base64, for each of the three places where it may begin. */
function base64Of(value: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
  return [0, 1, 2].map((before) => {
    const text = btoa("\0".repeat(before) + bytes);
    // What also depends on neighbouring bytes is left out.
    return escaped(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)));
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, "\\$&");
}
