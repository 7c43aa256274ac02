import PostalMime from "postal-mime";
import type { ReadEmail } from "#contracts/routes/emails";

/** What a mail says, out of its MIME. Throws what the parser throws. */
export async function readEmail(raw: Uint8Array): Promise<ReadEmail> {
  const { from, date, text, html, headers } = await PostalMime.parse(raw);
  const sentAt = date === undefined ? Number.NaN : Date.parse(date);
  return {
    from: from?.address?.toLowerCase() ?? "",
    ...(Number.isNaN(sentAt) ? {} : { sentAt: new Date(sentAt).toISOString() }),
    text: text ?? textOf(html ?? ""),
    authentication: headers.filter(({ key }) => key === "authentication-results").map(({ value }) => value),
  };
}

/** TradingView's HTML mails hold the alert's text with entities and line breaks. */
function textOf(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    quot: '"',
    amp: "&",
    lt: "<",
    gt: ">",
    apos: "'",
    nbsp: " ",
    "#39": "'",
    "#34": '"',
  };
  return html
    .replaceAll(/<(?:style|script)[^]*?<\/(?:style|script)>/gi, "")
    .replaceAll(/<br\s*\/?>|<\/(?:p|div|tr)>/gi, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}
