import * as z from "zod";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { parseRetention } from "./archive/retention.ts";
import type { D1Binding } from "./database.ts";

/** The part of an R2 bucket that is used. */
export interface Bucket {
  put(
    key: string,
    value: string | Uint8Array,
    options?: { httpMetadata?: { contentType?: string }; onlyIf?: Headers },
  ): Promise<unknown>;
  get(key: string): Promise<{ text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer> } | null>;
  list(options: { prefix: string; limit: number; startAfter?: string }): Promise<{ objects: { key: string }[] }>;
  delete(keys: string[]): Promise<void>;
}

interface LedgerNamespace {
  getByName(name: string): Pick<AccountLedgerRpc, "confirm">;
}

/** A binding, known by one of its methods. */
function binding<Binding>(method: keyof Binding & string): z.ZodType<Binding> {
  return z.custom<Binding>((value) => typeof value === "object" && value !== null && method in value, "is not bound");
}

const schema = z.object({
  DB: binding<D1Binding>("prepare"),
  ARCHIVE: binding<Bucket>("put"),
  ACCOUNT_LEDGER: binding<LedgerNamespace>("getByName"),
  INTERNAL_KEY_BINDING: z.string().min(1),
  /** JSON; what it leaves out is as `retention` says. */
  RETENTION: z
    .string()
    .default("{}")
    .transform((text, { addIssue }) => {
      try {
        return parseRetention(text);
      } catch (error) {
        addIssue(error instanceof Error ? error.message : String(error));
        return z.NEVER;
      }
    }),
  VERSION: z.object({ id: z.string() }).default({ id: "local" }),
});
export type Env = z.infer<typeof schema>;

/** Throws an error that names the first variable or binding that is missing or wrong. */
export function parseEnv(env: object): Env {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`d1-worker: ${issue?.path.join(".") ?? "env"} ${issue?.message ?? "is wrong"}; run: npx hoox check`);
}
