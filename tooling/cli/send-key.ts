import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { HooxContext } from "./context.ts";
import * as z from "zod";
import { usageError } from "./errors.ts";
import type { Target } from "./target.ts";

/** As far as `strategy add --json` and `strategy rotate --json` are read again. */
const printed = z.object({ key: z.string().min(1) });

/**
 * The key that an alert goes out with: that of the file, of HOOX_STRATEGY_KEY, else the target's own. Never from
 * the command line, which other people of this machine can see.
 */
export async function keyToSend(
  context: Pick<HooxContext, "env" | "stdin">,
  flags: { keyFile?: string | undefined; file?: string | undefined },
  target: Target,
): Promise<string> {
  const { keyFile, file } = flags;
  if (keyFile === "-" && file === "-") throw usageError("stdin can be the key or the alert, not both");
  const written = keyFile === undefined ? context.env["HOOX_STRATEGY_KEY"] : await keyIn(keyFile, context);
  const key = written?.trim() || target.webhookKey;
  if (key !== undefined) return key;
  throw usageError(
    `there is no webhook key for ${target.url}`,
    target.local ? "npm start writes one into .dev.vars" : "set HOOX_WEBHOOK_KEY, or HOOX_STRATEGY_KEY",
  );
}

async function keyIn(path: string, { stdin }: Pick<HooxContext, "stdin">): Promise<string> {
  const key = path === "-" ? await text(stdin) : await readFile(path, "utf8").catch(() => "");
  if (/^\s*\S+\s*$/.test(key)) return key;
  const document = printed.safeParse(parsed(key));
  if (document.success) return document.data.key;
  throw usageError(
    `--key-file: ${path === "-" ? "stdin" : path} holds no key`,
    "it holds the key alone, or what strategy add --json printed",
  );
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
