import type { ReadEmail } from "#contracts/routes/emails";

/** Cloudflare's own mail server, which judges SPF, DKIM and DMARC before it hands a mail over. */
const JUDGE = "mx.cloudflare.net";

/**
 * Why a mail is not believed to come from one of these domains, or undefined. Only the topmost verdict counts, and only
 * that of Cloudflare's own server: whoever sends a mail can write verdicts of his own below it.
 */
export function spoofed({ from, authentication }: ReadEmail, domains: readonly string[]): string | undefined {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  if (from === "" || !domains.includes(domain))
    return `it is from ${from || "nobody"}, not from ${domains.join(" or ")}`;
  const verdict = authentication[0] === undefined ? undefined : withoutQuotes(authentication[0]);
  if (verdict === undefined || verdict.split(";")[0]?.trim().split(/\s/)[0]?.toLowerCase() !== JUDGE)
    return `no verdict of ${JUDGE} says who sent it`;
  const parts = verdict
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const passes = parts.some(
    (part) =>
      (/^dmarc=pass\b/.test(part) && said(part, "header.from") === domain) ||
      (/^dkim=pass\b/.test(part) && (said(part, "header.d") ?? said(part, "header.i")?.replace(/^.*@/, "")) === domain),
  );
  return passes ? undefined : `neither DKIM nor DMARC of ${domain} vouches for it`;
}

/**
 * Comments and quoted words may repeat what the sender wrote, such as its envelope address: they go before anything is
 * read. Undefined when they do not end.
 */
function withoutQuotes(header: string): string | undefined {
  let bare = header;
  for (let before = ""; bare !== before;) {
    before = bare;
    bare = bare.replaceAll(/"(?:[^"\\]|\\[^])*"/g, " ").replaceAll(/\((?:[^()\\"]|\\[^])*\)/g, " ");
  }
  return /["()\\]/.test(bare) ? undefined : bare;
}

function said(part: string, property: string): string | undefined {
  return new RegExp(`(?:^|\\s)${property.replace(".", "\\.")}=(\\S+)`).exec(part)?.[1];
}
