/** HTML mode needs three escapes; prices and symbols contain none of them. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** At most `limit` UTF-16 units, cut between code points, the cut shown by `…`. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > limit - 1) break;
    kept += character;
  }
  return limit < 1 ? "" : `${kept}…`;
}

const REQUEST_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** HTML in which a tap copies each request id. */
export function tappable(text: string): string {
  return escapeHtml(text).replaceAll(REQUEST_ID, "<code>$&</code>");
}
