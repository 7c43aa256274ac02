import type * as z from "zod";
import { firstProblem } from "#contracts/codec";

/** What a variable sets as JSON text; an empty one sets nothing. Throws an Error that names the variable. */
export function parseSetting<Schema extends z.ZodType>(name: string, text: string, schema: Schema): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch {
    throw new Error(`${name} is not JSON`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`${name}: ${firstProblem(parsed.error)}`);
  return parsed.data;
}
