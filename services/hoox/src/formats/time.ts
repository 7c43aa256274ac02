import { quoted } from "./refused.ts";
import { wrong } from "./fields.ts";

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?$/i;
/** Ten digits are seconds (2001-2286), thirteen milliseconds. */
const EPOCH = /^(\d{10}|\d{13})(?:\.\d+)?$/;

/** When the alert fired. TradingView's times are UTC, so a time without a zone is read as such. */
export function timeOf(name: string, written: string): Date {
  const epoch = EPOCH.exec(written)?.[1];
  if (epoch !== undefined) return new Date(epoch.length === 10 ? Math.round(Number(written) * 1_000) : Number(epoch));
  const [, day, time, zone = "Z"] = ISO.exec(written) ?? [];
  const date = new Date(`${day}T${time}${zone.toUpperCase()}`);
  if (day !== undefined && !Number.isNaN(date.getTime())) return date;
  throw wrong(name, `must be a time such as 2026-11-23T14:05:00Z, not ${quoted(written)}`, "use {{timenow}}");
}
