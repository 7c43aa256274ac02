import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { sampleAlert, type AlertText } from "./alert.ts";
import { usageError, type ExitCode } from "./errors.ts";
import { errorIn, type MeshClient } from "./mesh-client.ts";

export interface Sent {
  http: number;
  status: "accepted" | "duplicate" | "refused" | "failed";
  requestId: string | undefined;
  ms: number;
  error?: string;
  hint?: string;
}

export interface AlertFlags {
  file?: string | undefined;
  symbol?: string | undefined;
  action?: string | undefined;
  quantity?: string | undefined;
  price?: string | undefined;
  orderType?: string | undefined;
  exchange?: string | undefined;
  account?: string | undefined;
  leverage?: string | undefined;
  stopLoss?: string | undefined;
  takeProfit?: string | undefined;
  reduceOnly?: boolean | undefined;
  id?: string | undefined;
  /** Symbol and quantity are the strategy's unless given. */
  defaults?: boolean | undefined;
}

interface Alert {
  path: string;
  body: string;
}

/** The alerts that these flags ask for. A file goes out byte for byte; a key it lacks goes into the URL. */
export async function bodies(
  flags: AlertFlags,
  options: { repeat: number; key: string; stdin: Readable },
): Promise<Alert[]> {
  if (flags.file !== undefined) {
    const { file: _file, ...others } = pick(flags);
    const extra = Object.entries(others).find(([, value]) => value !== undefined);
    if (extra !== undefined)
      throw usageError(`--file sends a text as it is, so ${optionOf(extra[0])} has no place beside it`);
    const body = await readAlertFile(flags.file, options.stdin);
    const path = hasKey(body) ? "/webhook" : `/webhook?key=${encodeURIComponent(options.key)}`;
    return Array.from({ length: options.repeat }, () => ({ path, body }));
  }
  return Array.from({ length: options.repeat }, (_, index) => ({
    path: "/webhook",
    body: JSON.stringify(alertOf(flags, { key: options.key, index })),
  }));
}

/** The text of an alert; `-` is stdin. */
export async function readAlertFile(file: string, stdin: Readable): Promise<string> {
  if (file === "-") return text(stdin);
  return readFile(file, "utf8").catch((error: unknown) => unreadable(file, error));
}

export async function deliver(mesh: MeshClient, alert: Alert): Promise<Sent> {
  const answer = await mesh.send({ method: "POST", path: alert.path, body: alert.body });
  const { message, hint } = errorIn(answer.body);
  const status =
    answer.status === 202
      ? "accepted"
      : answer.status === 200
        ? "duplicate"
        : answer.status >= 500
          ? "failed"
          : "refused";
  const sent: Sent = {
    http: answer.status,
    status,
    requestId: idIn(answer.body) ?? answer.requestId,
    ms: Math.round(answer.ms),
  };
  return answer.status < 400 ? sent : { ...sent, error: message ?? "it gave no reason", hint };
}

/** Accepted and recognised as a duplicate are both what was asked; a refusal is a no; a 5xx is the mesh's failure. */
export function exitCodeOf(sent: readonly Sent[]): ExitCode {
  if (sent.some((each) => each.status === "failed")) return 3;
  return sent.some((each) => each.status === "refused") ? 1 : 0;
}

/** What to ask next, as far as anything was accepted. */
export function traceHint(sent: readonly Sent[]): string | undefined {
  const ids = sent.flatMap((each) => (each.status === "accepted" && each.requestId ? [each.requestId] : []));
  if (ids.length === 0) return undefined;
  if (ids.length === 1) return `what becomes of it: npx hoox trace ${ids[0]}`;
  const more = ids.length > HINTED ? [`  and so on, for each of the ${ids.length} ids above`] : [];
  const lines = ids.slice(0, HINTED).map((id) => `  npx hoox trace ${id}`);
  return ["what becomes of them:", ...lines, ...more].join("\n");
}

const HINTED = 10;

function alertOf(flags: AlertFlags, of: { key: string; index: number }): AlertText {
  const sample = sampleAlert(of.key);
  const exit = flags.action?.toLowerCase().startsWith("close") ?? false;
  const left = flags.defaults ?? false;
  const symbol = flags.symbol ?? (left ? undefined : sample.symbol);
  return {
    apiKey: of.key,
    symbol,
    action: flags.action ?? sample.action,
    quantity: flags.quantity ?? (exit || left ? undefined : sample.quantity),
    price: flags.price ?? (symbol?.includes("BTC") ? sample.price : undefined),
    exchange: flags.exchange,
    account: flags.account,
    orderType: flags.orderType,
    leverage: flags.leverage,
    stopLoss: flags.stopLoss,
    takeProfit: flags.takeProfit,
    reduceOnly: flags.reduceOnly,
    idempotencyKey:
      flags.id === undefined ? `hoox-send-${randomUUID()}` : of.index === 0 ? flags.id : `${flags.id}-${of.index + 1}`,
  };
}

function pick(flags: AlertFlags): AlertFlags {
  const { file, symbol, action, quantity, price, orderType, exchange, account, leverage } = flags;
  const { stopLoss, takeProfit, reduceOnly, id } = flags;
  const market = { file, symbol, action, quantity, price, orderType, exchange, account, leverage };
  return { ...market, stopLoss, takeProfit, reduceOnly, id };
}

function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const KEY_NAMES = /["']?(?:api_?key|key|secret|token|passphrase|webhook_?secret)["']?\s*[:=]/i;

export function hasKey(body: string): boolean {
  return KEY_NAMES.test(body);
}

function idIn(body: unknown): string | undefined {
  const id: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "requestId") : undefined;
  return typeof id === "string" ? id : undefined;
}

function unreadable(file: string, error: unknown): never {
  throw usageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
