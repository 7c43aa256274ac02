import { isNegative } from "#contracts/decimal";
import type { DaySummary } from "#contracts/telegram";
import { short } from "./commands/show.ts";
import type { Profits } from "./profits.ts";

/** Outcomes that a trader asks about, in the words of a trader. */
const MISSED = ["expired", "halted", "failed", "rejected"] as const;

/** The day in one line, with what is behind it below. */
export function summaryOf(day: DaySummary, profits: Profits, date: string) {
  const count = (outcome: string): number => day.outcomes[outcome] ?? 0;
  const missed = MISSED.filter((outcome) => count(outcome) > 0).map((outcome) => `${count(outcome)} ${outcome}`);
  const details = [
    { label: "Trades", value: `${count("filled")} filled, ${day.fills} fills` },
    {
      label: profits.since === undefined ? "Profit since the beginning" : `Profit since ${profits.since}`,
      value: `${signed(profits.realised)}, fees ${short(profits.fees)}`,
    },
    ...profits.positions
      .slice(0, 8)
      .map(({ name, realised, fees }) => ({ label: name, value: `${signed(realised)}, fees ${short(fees)}` })),
    { label: "Refused", value: String(count("refused")) },
    { label: "Duplicates dropped", value: String(count("duplicate")) },
    { label: "Missed", value: missed.length === 0 ? "none" : missed.join(", ") },
    {
      label: "Exits not executed",
      value: day.exitsUnexecuted === 0 ? "none" : `${day.exitsUnexecuted}: look at /positions`,
    },
    ...latency("Acknowledged within", day.acknowledgement),
    ...latency("Alert to order", day.alertToOrder),
  ];
  return {
    severity: day.exitsUnexecuted > 0 ? ("warning" as const) : ("info" as const),
    title: `Summary of ${date}: ${count("filled")} trades, profit ${signed(profits.realised)}`,
    details,
  };
}

function latency(label: string, of: { p50: number; p99: number } | undefined): { label: string; value: string }[] {
  return of === undefined ? [] : [{ label, value: `${of.p50} ms, 99 % within ${of.p99} ms` }];
}

function signed(amount: string): string {
  return isNegative(amount) || amount === "0" ? short(amount) : `+${short(amount)}`;
}
