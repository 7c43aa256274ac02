import type * as z from "zod";
import { usageError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { parseSince } from "./output/time.ts";

/** Reads one option by its schema; what does not fit is a usage error that names the option and what would fit. */
export function read<Schema extends z.ZodType>(name: string, schema: Schema, text: string): z.infer<Schema> {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const wanted =
    issue?.code === "invalid_value"
      ? `one of ${issue.values.join(", ")}`
      : issue?.code === "invalid_format" && issue.format === "uuid"
        ? "a UUID such as 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d, in full"
        : (issue?.message ?? "something else");
  const near = issue?.code === "invalid_value" ? nearest(text, issue.values.map(String)) : undefined;
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  throw usageError(
    `${name}: "${text}" does not fit${meant}`,
    wanted.startsWith("must") ? `it ${wanted}` : `it takes ${wanted}`,
  );
}

export function readOptional<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  text: string | undefined,
): z.infer<Schema> | undefined {
  return text === undefined ? undefined : read(name, schema, text);
}

export function count(name: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw usageError(`${name}: "${text}" is no whole number from ${range.min} to ${range.max}`);
}

/** A point in time as ISO text; what is no time is a usage error. */
export function readTime(name: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const time = parseSince(text, now);
  if (time !== undefined) return time.toISOString();
  throw usageError(`${name}: "${text}" is no time`, "such as 90s, 10m, 2h, 1d or 2026-11-23T10:00:00Z");
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** A length of time as people give it, in seconds: `90`, `90s`, `15m`, `24h`, `7d`. */
export function seconds(name: string, text: string, range: { min: number; max: number }): number {
  const [, amount, unit = "s"] = /^(\d+)\s*(s|m|min|h|d)?$/.exec(text.trim()) ?? [];
  const value = Number(amount) * (SECONDS[unit] ?? 1);
  if (value >= range.min && value <= range.max) return value;
  throw usageError(`${name}: "${text}" is no time from ${range.min} s to ${range.max} s`, "such as 90s, 15m or 24h");
}
