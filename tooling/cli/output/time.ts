const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** `42 ms`, `1.2 s`, `3 min`: how long something took. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const [unit, name] = UNITS.find(([size]) => ms >= size) ?? [1_000, "s"];
  return `${Math.floor(ms / unit)} ${name}`;
}

/** `3 min ago`, or the ISO text with `absolute`; `-` for a time that never was. */
export function when(at: Date | string | undefined | null, options: { now: Date; absolute: boolean }): string {
  if (at === undefined || at === null) return "-";
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  if (options.absolute) return date.toISOString();
  const ago = options.now.getTime() - date.getTime();
  const size = Math.abs(ago);
  if (size < 1_000) return "now";
  const [unit, name] = UNITS.find(([each]) => size >= each) ?? [1_000, "s"];
  const text = `${Math.floor(size / unit)} ${name}`;
  return ago > 0 ? `${text} ago` : `in ${text}`;
}

/** Time of day in UTC, as every id and row has it; with the date when that is another day than today. */
export function clock(at: Date | string, options: { now: Date; absolute: boolean }): string {
  const iso = new Date(at).toISOString();
  if (options.absolute) return iso;
  const time = iso.slice(11, 23);
  return iso.slice(0, 10) === options.now.toISOString().slice(0, 10) ? time : `${iso.slice(0, 10)} ${time}`;
}

/** A point in time as people give it: `90s`, `10m`, `2h`, `1d` ago, or an ISO time; undefined for anything else. */
export function parseSince(text: string, now: Date): Date | undefined {
  const ago = /^(\d+)\s*(s|m|min|h|d)$/.exec(text.trim());
  if (ago?.[1] && ago[2]) {
    const unit = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }[ago[2]] ?? 1_000;
    return new Date(now.getTime() - Number(ago[1]) * unit);
  }
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
