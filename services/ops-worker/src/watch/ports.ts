import type { MonitorConfig, MonitorView } from "#contracts/monitor";
import type { notificationRequested } from "#contracts/notification";
import type { DataOf } from "#contracts/envelope";
import type { Sample } from "./sample.ts";

export const WATCH_INSTANCE = "global";

/** A message that is to be published; its id is the same however often that is tried. */
export interface Untold {
  id: string;
  /** Of the alert: what begins and ends is traced as one. */
  requestId: string;
  notification: Omit<DataOf<typeof notificationRequested>, "at"> & { at: number };
  /** The critical notification that is over: nobody need acknowledge it any more. */
  over?: string | undefined;
}

/** The QueueWatch Durable Object (class `QueueWatch`, one instance `global`), called by this Worker alone. */
export interface QueueWatchRpc {
  /** Remembers a sample and judges it, once per minute however often it comes. Answers what is not told yet. */
  observe(request: { v: 1; sample: Sample; config: MonitorConfig; requestId: string }): Promise<{ untold: Untold[] }>;
  told(request: { v: 1; ids: string[] }): Promise<void>;
  view(request: { v: 1; config: MonitorConfig }): Promise<MonitorView>;
}
