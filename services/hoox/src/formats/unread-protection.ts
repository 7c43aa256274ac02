import { Fields, said, text } from "./fields.ts";
import { JsonNumber } from "./json.ts";
import { protectionNamed } from "./other-names.ts";
import { saysNothing } from "./protection.ts";
import { AlertRefused } from "./refused.ts";

/**
 * Throws when an entry asks for protection in words that are not read: the position would stand without it.
 * A copy of what stopLoss says is ignored.
 */
export function refuseUnreadProtection(fields: Fields, parent?: string): void {
  for (const [plain, value] of fields) {
    const name = parent === undefined ? fields.spelled(plain) : `${parent}.${fields.spelled(plain)}`;
    // Our own names are read at the top only.
    const kind = protectionNamed(plain) ?? (parent === undefined ? undefined : OURS.get(plain));
    if (kind !== undefined && !saysNothing(value) && !repeats(fields, plain, kind))
      throw unread(name, kind, fields, plain);
    // Some systems nest the order in the alert.
    const inner = parent === undefined && kind === undefined && value instanceof Map;
    if (inner && !OURS.has(plain)) refuseUnreadProtection(new Fields(value), name);
  }
}

const OURS = new Map([
  ["stoploss", "stopLoss"],
  ["takeprofit", "takeProfits"],
  ["takeprofits", "takeProfits"],
] as const);

function repeats(fields: Fields, plain: string, kind: string): boolean {
  const own = kind === "stopLoss" ? said(fields, "stopLoss") : said(fields, "takeProfit");
  return own !== undefined && own === said(fields, plain);
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
