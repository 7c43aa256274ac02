import { Fields, said, text } from "./fields.ts";
import { JsonNumber } from "./json.ts";
import { protectionNamed } from "./other-names.ts";
import { saysNothing } from "./protection.ts";
import { AlertRefused } from "./refused.ts";

const OURS: ReadonlyMap<string, "stopLoss" | "takeProfits"> = new Map([
  ["stoploss", "stopLoss"],
  ["takeprofit", "takeProfits"],
  ["takeprofits", "takeProfits"],
]);

/**
 * Throws when an entry asks for protection in words that are not read: the position would stand without it.
 * A copy of what stopLoss or takeProfit says is ignored.
 */
export function refuseUnreadProtection(fields: Fields): void {
  const copies = (value: string | undefined, kind: string): boolean =>
    value !== undefined && value === said(fields, kind === "takeProfits" ? "takeProfit" : "stopLoss");
  for (const [plain, value] of fields) {
    const name = fields.spelled(plain);
    const kind = protectionNamed(plain);
    if (kind !== undefined && !saysNothing(value) && !copies(said(fields, plain), kind))
      throw unread(name, kind, fields, plain);
    if (kind !== undefined || OURS.has(plain) || !(value instanceof Map)) continue;
    // Some systems nest the order in the alert; there even our own names are not read.
    const inner = new Fields(value);
    for (const [innerPlain, innerValue] of inner) {
      const innerKind = protectionNamed(innerPlain) ?? OURS.get(innerPlain);
      if (innerKind === undefined || saysNothing(innerValue) || copies(said(inner, innerPlain), innerKind)) continue;
      throw unread(`${name}.${inner.spelled(innerPlain)}`, innerKind, inner, innerPlain);
    }
  }
}

function unread(
  name: string,
  kind: "stopLoss" | "takeProfits" | "trailing",
  fields: Fields,
  plain: string,
): AlertRefused {
  if (kind === "trailing") {
    return new AlertRefused(
      "unread_protection",
      name,
      `${name} is not known: Hoox has no trailing stops`,
      'leave it out, and write a fixed stop as "stopLoss": a price, or a percentage such as "2%"',
    );
  }
  const what = kind === "stopLoss" ? "a stop" : "a target";
  return new AlertRefused(
    "unread_protection",
    name,
    `${name} is not a field of Hoox, and ${what} is never ignored`,
    `write it as "${kind}": ${example(kind, fields, plain)}`,
  );
}

/** The sender's own value where it can stand as it is. */
function example(kind: "stopLoss" | "takeProfits", fields: Fields, plain: string): string {
  const value = fields.get(plain);
  const scalar = value instanceof JsonNumber || typeof value === "string" ? text(fields, plain) : undefined;
  const inUnits = /pips|point|tick|dist|offset/.test(plain);
  if (scalar === undefined || inUnits || !/^\d[\d.]*%?$/.test(scalar)) {
    return kind === "stopLoss"
      ? 'a price, or a percentage such as "2%"'
      : 'a list of prices, or of percentages such as "5%"';
  }
  const written = `"${/perc|pct/.test(plain) ? scalar.replace(/%?$/, "%") : scalar}"`;
  return kind === "stopLoss" ? written : `[${written}]`;
}
