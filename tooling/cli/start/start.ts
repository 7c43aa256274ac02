import { rm } from "node:fs/promises";
import { pid } from "node:process";
import type { Worker } from "#contracts/ids";
import { HOLDS } from "#queues/hold";
import { rememberSecrets } from "#queues/redact";
import { curlLine, sampleAlert, tradingViewAlert, type AlertText } from "../alert.ts";
import type { HooxContext } from "../context.ts";
import { ensureDevVars } from "../dev-vars.ts";
import { CliError } from "../errors.ts";
import { migrateOnStart } from "../migrations.ts";
import { registryPath } from "../wrangler.ts";
import { whatIsMissing, type Readiness } from "./await-ready.ts";
import { claimState } from "./claim-state.ts";
import { fireCrons } from "./crons.ts";
import type { Heard } from "./lines.ts";
import { freePort } from "./ports.ts";
import { endGroup, groupLives } from "./processes.ts";
import { enrol } from "./running.ts";
import { writeTraderConfig } from "./trader-config.ts";
import { writeVars } from "./vars.ts";
import { startWrangler, type WranglerDev } from "./wrangler-dev.ts";

export interface Ready {
  url: string;
  alert: AlertText;
  curl: string;
  hasTelegram: boolean;
}

export interface StartOptions {
  port: number;
  state: string;
  without: readonly Worker[];
  /** `NAME=value`: vars of the Workers that are other than in their wrangler.jsonc. */
  vars: readonly string[];
  note: (text: string) => void;
  onLine: (heard: Heard) => void;
  onReady: (ready: Ready) => void;
  /** What wrangler printed last, for the error when it comes to nothing. */
  recent: () => string[];
}

const READY_MS = 90_000;
const PATIENCE_MS = 5_000;

/** Runs the whole mesh until a signal comes; resolves after its last process has ended. */
export async function startMesh(context: HooxContext, options: StartOptions): Promise<void> {
  const { state, without, note } = options;
  const stop = stopped(context);
  const startedAt = context.now().toISOString();
  const mine = { pid, url: `http://localhost:${options.port}`, port: options.port, startedAt, without: [...without] };
  const claim = await claimState(context, { state, mine, note });
  const withdraw = await enrol(context.root, { pid, state });
  let dev: WranglerDev | undefined;
  let stopCrons: (() => void) | undefined;
  let over = false;
  try {
    const port = await freePort(options.port);
    const url = `http://localhost:${port}`;
    const { values: secrets, added } = await ensureDevVars(context.root);
    rememberSecrets(secrets);
    if (added.length > 0) note(`made up secrets in .dev.vars: ${added.join(", ")}`);
    if ((await migrateOnStart(context, state)).applied) note("database migrated");
    if (stop.signal !== undefined) return;

    // A killed mesh leaves its entries behind, and wrangler would send the crons to those dead Workers for minutes.
    await rm(registryPath(state), { recursive: true, force: true });
    const envFiles = [await writeVars(state, [`${HOLDS.name}=${HOLDS.on}`, ...options.vars])];
    const given = options.vars.map((text) => text.slice(0, text.indexOf("=")));
    const configs = { "trade-worker": await writeTraderConfig(state, [...Object.keys(secrets), ...given]) };
    dev = startWrangler(context, { port, state, envFiles, configs, without, secrets, onLine: options.onLine });
    await claim.update({ group: dev.group, url, port });
    const readiness = { url, operatorKey: secrets["OPERATOR_KEY_BINDING"] ?? "", without };
    const outcome = await Promise.race([
      ready(context, readiness, () => over),
      dev.ended.then(() => "ended" as const),
      stop.wait,
    ]);
    if (outcome === "ended") throw failure("wrangler stopped before the mesh was ready", options.recent());
    if (outcome !== "ready") return;

    const webhookKey = secrets["WEBHOOK_API_KEY_BINDING"]?.split(",")[0] ?? "";
    options.onReady({
      url,
      alert: tradingViewAlert(webhookKey),
      curl: curlLine(url, sampleAlert(webhookKey)),
      hasTelegram: Boolean(secrets["TG_BOT_TOKEN_BINDING"]),
    });
    stopCrons = fireCrons(context, { url, onProblem: note });
    const ending = await Promise.race([dev.ended.then(() => "ended" as const), stop.wait]);
    if (ending === "ended") throw failure("wrangler has stopped by itself", options.recent());
  } finally {
    over = true;
    stopCrons?.();
    if (dev !== undefined && groupLives(dev.group))
      await endGroup(dev.group, { patienceMs: PATIENCE_MS, sleep: context.sleep });
    await claim.release();
    await withdraw();
    stop.forget();
  }
}

/** Asks until it works; gives up silently once nobody waits any more. */
async function ready(context: HooxContext, of: Readiness, isOver: () => boolean): Promise<"ready"> {
  const end = context.now().getTime() + READY_MS;
  for (;;) {
    const missing = await whatIsMissing(context, of);
    if (missing === undefined || isOver()) return "ready";
    if (context.now().getTime() > end) {
      throw new CliError(3, `the mesh did not become ready within ${READY_MS / 1_000} s: ${missing}`, {
        hint: "see more with: npm start -- --verbose",
      });
    }
    await context.sleep(100);
  }
}

function stopped(context: HooxContext): {
  wait: Promise<"stopped">;
  forget: () => void;
  readonly signal: string | undefined;
} {
  let signal: string | undefined;
  let forget = (): void => undefined;
  const wait = new Promise<"stopped">((done) => {
    forget = context.onStop((name) => {
      signal = name;
      done("stopped");
    });
  });
  return {
    wait,
    forget: () => forget(),
    get signal() {
      return signal;
    },
  };
}

function failure(message: string, recent: readonly string[]): CliError {
  const said = recent
    .filter((line) => line.trim() !== "")
    .slice(-25)
    .join("\n");
  return new CliError(3, said === "" ? message : `${message}. It said last:\n${said}`);
}
