import type { ReplayItem, ReplayJob } from "#contracts/replay";
import type { NewJob, RememberedPlan } from "./job-store.ts";

export const REPLAY_INSTANCE = "global";

export type ChangeReply = { status: "changed" | "unchanged" | "ended"; replay: ReplayJob } | { status: "unknown" };

/** The ReplayJobs Durable Object (class `ReplayJobs`, one instance `global`), called by this Worker alone. */
export interface ReplayJobsRpc {
  rememberPlan(request: { v: 1; hash: string; plan: RememberedPlan }): Promise<void>;
  plan(request: { v: 1; hash: string }): Promise<RememberedPlan | undefined>;
  /** The job of that id, if there is one already. */
  create(request: { v: 1; job: NewJob }): Promise<ReplayJob>;
  list(request: { v: 1; limit: number }): Promise<ReplayJob[]>;
  show(request: {
    v: 1;
    id: string;
    after: number;
    limit: number;
    state?: string | undefined;
  }): Promise<{ replay: ReplayJob; items: ReplayItem[]; next?: number } | undefined>;
  change(request: { v: 1; id: string; to: "paused" | "queued" | "cancelled" }): Promise<ChangeReply>;
  /** Does what the alarm does, in case the alarm died. */
  poke(): Promise<void>;
}
