import { randomBytes } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "./errors.ts";
import { writePrivate } from "./private-file.ts";

export type DevVars = Readonly<Record<string, string>>;

/** What the local mesh needs; `random` ones are made up when missing, the others may stay empty. */
const NEEDED = [
  { name: "INTERNAL_KEY_BINDING", random: true },
  { name: "WEBHOOK_API_KEY_BINDING", random: true },
  { name: "OPERATOR_KEY_BINDING", random: true },
  { name: "TG_BOT_TOKEN_BINDING", random: false },
  { name: "TELEGRAM_CHAT_ID_DEFAULT", random: false },
  { name: "TELEGRAM_WEBHOOK_SECRET", random: true },
] as const;

export function devVarsPath(root: string): string {
  return join(root, ".dev.vars");
}

/** The local secrets; empty when there are none yet. */
export async function readDevVars(root: string): Promise<DevVars> {
  return parseDevVars(await readFile(devVarsPath(root), "utf8").catch(missingIsEmpty));
}

/** Adds what is missing, keeps every value that is there, and lets nobody else read the file. */
export async function ensureDevVars(root: string): Promise<{ values: DevVars; added: string[] }> {
  const path = devVarsPath(root);
  const before = await readFile(path, "utf8").catch(missingIsEmpty);
  const { text, added } = complete(before, () => randomBytes(24).toString("hex"));
  if (text !== before) await writePrivate(path, text);
  await chmod(path, 0o600);
  return { values: parseDevVars(text), added };
}

export function complete(text: string, random: () => string): { text: string; added: string[] } {
  const values = parseDevVars(text);
  const added: string[] = [];
  let lines =
    text === "" ? ["# Secrets of the local mesh, made by `npm start`. Never commit them."] : text.trimEnd().split("\n");
  for (const needed of NEEDED) {
    const current = values[needed.name];
    if (current !== undefined && (current !== "" || !needed.random)) continue;
    lines = lines.filter((line) => !line.trimStart().startsWith(`${needed.name}=`));
    lines.push(`${needed.name}=${needed.random ? random() : ""}`);
    if (needed.random) added.push(needed.name);
  }
  return { text: `${lines.join("\n")}\n`, added };
}

/** `NAME=value` lines as dotenv reads them: comments, `export` and quotes are allowed. */
export function parseDevVars(text: string): DevVars {
  const pairs = text.split("\n").flatMap((line): [string, string][] => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) return [];
    const value = match[2] ?? "";
    const quoted = /^(["'])(.*)\1$/.exec(value);
    return [[match[1], quoted ? (quoted[2] ?? "") : value.replace(/\s+#.*$/, "")]];
  });
  return Object.fromEntries(pairs);
}

function missingIsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}

/** Gives an optional secret its first value; one that has a value keeps it. Answers whether it was set. */
export async function setFirst(root: string, name: string, value: string): Promise<boolean> {
  const path = devVarsPath(root);
  const text = await readFile(path, "utf8");
  if (parseDevVars(text)[name]) return false;
  await writePrivate(path, withValue(text, name, value));
  return true;
}

/** Gives a secret this value, or takes it out; everything else in the file stays. */
export async function writeDevVar(root: string, name: string, value: string | undefined): Promise<void> {
  const path = devVarsPath(root);
  const before = await readFile(path, "utf8").catch(missingIsEmpty);
  await writePrivate(path, withValue(before, name, value));
  await chmod(path, 0o600);
}

function withValue(text: string, name: string, value: string | undefined): string {
  const lines = text.split("\n").filter((line) => !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`).test(line));
  const kept = lines.join("\n").trimEnd();
  const start = kept === "" ? "" : `${kept}\n`;
  return value === undefined ? start : `${start}${name}=${dotenvText(value)}\n`;
}

/** As dotenv reads it back. */
function dotenvText(value: string): string {
  if (!/[\s#"'`]/.test(value)) return value;
  const quote = ['"', "'"].find((each) => !value.includes(each));
  if (quote === undefined) throw usageError("a value in .dev.vars cannot hold both kinds of quotes");
  return `${quote}${value}${quote}`;
}
