const SECRETS: readonly [RegExp, string][] = [
  [/(?<!\d)(\d{6,12}):[A-Za-z0-9_-]{30,}/g, "$1:[redacted]"],
  [/(bearer\s+)[^\s"']+/gi, "$1[redacted]"],
  [
    /((?<![a-z0-9])(?:api[_-]?key|secret|token|passphrase|password|signature|x-internal-auth-key|[a-z_]+_binding|key)\\*["']?\s*[=:]\s*\\*["']?)[^\s"'&,}\\]+/gi,
    "$1[redacted]",
  ],
];

/** Text without keys, tokens and signatures, whatever form they stand in. */
export function redact(text: string): string {
  return SECRETS.reduce((current, [pattern, replacement]) => current.replaceAll(pattern, replacement), text);
}
