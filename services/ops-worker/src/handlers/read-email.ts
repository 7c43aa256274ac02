import PostalMime from "postal-mime";
import type { ReadEmail } from "#contracts/routes/emails";

/** What a mail says, out of its MIME. Throws what the parser throws. */
export async function readEmail(raw: Uint8Array): Promise<ReadEmail> {
  const { from, date, text, html, headers } = await PostalMime.parse(raw);
  const sentAt = date === undefined ? Number.NaN : Date.parse(date);
  return {
    from: from?.address?.toLowerCase() ?? "",
    ...(Number.isNaN(sentAt) ? {} : { sentAt: new Date(sentAt).toISOString() }),
    // Either may be the empty one.
    text: [text ?? "", textOf(html ?? "")].join("\n"),
    authentication: headers.filter(({ key }) => key === "authentication-results").map(({ value }) => value),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", apos: "'", nbsp: " " };

/** TradingView's HTML mails hold the alert's text with entities and line breaks. */
function textOf(html: string): string {
  return html
    .replaceAll(/<(?:style|script)[^]*?<\/(?:style|script)>/gi, "")
    .replaceAll(/<br\s*\/?>|<\/(?:p|div|tr)>/gi, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{2,6});/gi, (whole, name: string) => entity(name.toLowerCase()) ?? whole);
}

function entity(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES[name];
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}
