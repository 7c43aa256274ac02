const BARS = "▁▂▃▄▅▆▇█";

/** The last `width` values as bars, the highest of them as the highest; a value above zero never looks like zero. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(Math.max(0, values.length - width));
  const highest = Math.max(1, ...shown);
  return shown
    .map((value) => BARS[value <= 0 ? 0 : Math.max(1, Math.round((value / highest) * (BARS.length - 1)))])
    .join("");
}
