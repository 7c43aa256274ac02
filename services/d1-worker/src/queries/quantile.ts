/** The value that this share of them does not exceed. Ascending; undefined when there is none. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.ceil(share * sorted.length) - 1];
}
