import * as z from "zod";
import type { Route } from "#contracts/routes/route";
import { ID } from "./samples.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const TEXTS = ["", "x", "0", "main:paper", "main", "2026-11-23T12:00:00.000Z", ID, "f".repeat(64), "BTCUSDT"];

/** The least that a route may answer: nothing in any list, no optional part. */
export function minimalReply(route: Route): Json {
  // Dates have no JSON schema; as text they are what the client turns into Dates.
  const schema = z.toJSONSchema(route.reply, { io: "input", unrepresentable: "any", override: datesAreTexts });
  return minimal(schema, schema);
}

function datesAreTexts({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: object }): void {
  if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
}

function minimal(schema: z.core.JSONSchema._JSONSchema, root: z.core.JSONSchema.BaseSchema): Json {
  if (typeof schema === "boolean") return null;
  if (schema.$ref !== undefined) return minimal(root.$defs?.[schema.$ref.split("/").at(-1) ?? ""] ?? {}, root);
  // JSON Schema knows no values but those of JSON.
  if (schema.const !== undefined) return schema.const as Json;
  if (schema.enum !== undefined) return (schema.enum[0] ?? null) as Json;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return minimal(choices.find(isNull) ?? choices[0] ?? {}, root);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((each) => minimal(each, root)));
  if (schema.type === "object") {
    const needed = schema.required ?? [];
    return Object.fromEntries(needed.map((key) => [key, minimal(schema.properties?.[key] ?? {}, root)]));
  }
  if (schema.type === "array") return [];
  if (schema.type === "string") return textFor(schema);
  if (schema.type === "number" || schema.type === "integer") return Math.max(schema.minimum ?? 0, 0);
  return schema.type === "boolean" ? false : null;
}

function isNull(schema: z.core.JSONSchema._JSONSchema): boolean {
  return typeof schema === "object" && schema.type === "null";
}

function textFor({ format, pattern, minLength = 0 }: z.core.JSONSchema.BaseSchema): string {
  if (format === "uuid") return ID;
  if (format === "date-time") return "2026-11-23T12:00:00.000Z";
  return TEXTS.find((text) => text.length >= minLength && (!pattern || new RegExp(pattern).test(text))) ?? "";
}
