export interface ProtectionName {
  kind: "stopLoss" | "takeProfits";
  /** `unread`: measured in a way that Hoox does not have (pips, ticks), or part of what only it could do. */
  unit: "price" | "percent" | "unread" | undefined;
  /** The name without the number of the target: `tp1` and `tp2` are one list, `tp1_price` another. */
  group: string;
  /** Of the target; 0 without one. */
  number: number;
}

const UNIT =
  "(price|percent(?:age)?|pct|perc|level|value|points?|pips|ticks|dist(?:ance)?|offset|trigger(?:price)?|limit(?:price)?|qty|quantity|size|amount)?";
const STOP = new RegExp(`^(sl|stop|stoploss|initialstop|protectivestop)(\\d*)${UNIT}(\\d*)$`);
const TARGET = new RegExp(`^(tp|takeprofits?|profittargets?|targets?)(\\d*)${UNIT}(\\d*)$`);
const MEASURE = new RegExp(`\\d*${UNIT}\\d*$`);
const TRAILING = /^(?:tsl|trail)/;
const PRICE = /^(?:price|level|value|trigger)/;
const PERCENT = /^(?:perc|pct)/;

/** Whether a field, by its plain name, asks for protection, and how. */
export function protectionNamed(plain: string): ProtectionName | "trailing" | undefined {
  if (TRAILING.test(plain)) return "trailing";
  const stop = STOP.exec(plain);
  const found = stop ?? TARGET.exec(plain);
  if (found === null) return undefined;
  const [, word = "", before = "", measure = "", after = ""] = found;
  const unit =
    measure === "" ? undefined : PRICE.test(measure) ? "price" : PERCENT.test(measure) ? "percent" : "unread";
  const digits = before + after;
  return {
    kind: stop === null ? "takeProfits" : "stopLoss",
    unit,
    group: `${word}${digits === "" ? "" : "#"}${measure}`,
    number: Number(digits),
  };
}

/** `tp1pct` → `tp`: the name alone, of a field that may be no protection. */
export function withoutMeasure(plain: string): string {
  return plain.replace(MEASURE, "");
}
