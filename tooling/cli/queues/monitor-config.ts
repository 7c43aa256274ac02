import { MONITOR_KEY, monitorConfig, type MonitorConfig } from "#contracts/monitor";
import { CliError } from "../errors.ts";
import type { MeshClient } from "../mesh-client.ts";
import { meshStore, valueIn } from "../config-store.ts";

/** What KV sets of the monitor; `problem` says why the registry alone counts. */
export async function monitorConfigOf(mesh: MeshClient): Promise<{ config: MonitorConfig; problem?: string }> {
  let value: string | undefined;
  try {
    value = await valueIn(meshStore(mesh), MONITOR_KEY);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { config: {}, problem: `what KV sets of the monitor: ${error.message}; the registry's levels count` };
  }
  if (value === undefined) return { config: {} };
  const parsed = monitorConfig.safeParse(jsonOf(value));
  if (parsed.success) return { config: parsed.data };
  return { config: {}, problem: `${MONITOR_KEY} in KV cannot be read, the registry's levels count` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
