import type { Worker } from "#contracts/ids";
import type { Account } from "../cloudflare/index.ts";
import type { HooxContext } from "../cli/context.ts";
import type { MeshClient } from "../cli/mesh-client.ts";
import type { WantedQueue, WantedWorker } from "./wanted.ts";

/** One thing to do, as plain data: nothing secret in it. Done twice, the second time changes nothing. */
export type Step =
  | { kind: "keys"; names: readonly string[] }
  | { kind: "queue"; queue: WantedQueue; why: string }
  | { kind: "database"; name: string }
  | { kind: "namespace"; title: string }
  | { kind: "bucket"; name: string }
  | { kind: "migrations"; database: string; pending: readonly string[] }
  | { kind: "release"; queue: WantedQueue; from: string }
  | { kind: "secrets"; worker: Worker; names: readonly string[] }
  | {
      kind: "worker";
      worker: WantedWorker;
      from: string;
      why: string;
      secrets: readonly string[];
      required: readonly string[];
    }
  | { kind: "triggers"; worker: WantedWorker; queues: readonly WantedQueue[]; why: string }
  /** Without `from` it is asked as it is, which changes nothing. */
  | { kind: "health"; worker: Worker; from: string | undefined; why: string }
  | { kind: "mesh" };

/** It asks, and whatever it finds, the account stays as it is. */
export function onlyLooks({ kind }: Pick<Step, "kind">): boolean {
  return kind === "health" || kind === "mesh";
}

export type StepOf<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;

/** What a step may use. */
export interface Around {
  context: HooxContext;
  account: Account;
  /** Of the secrets that are to be given. */
  values: ReadonlyMap<string, string>;
  /** The mesh behind the account's gateway; asked for when it is needed, because a step may change its key. */
  mesh: () => Promise<MeshClient>;
  url: string;
  /** Something that must not wait for the end, such as the way back. */
  tell: (text: string) => void;
}

/** One kind of step: how it reads, and how it is done. */
export interface StepKind<S> {
  words: (step: S) => { what: string; why: string };
  /** Answers a remark on how it went, if there is one. */
  run: (step: S, around: Around) => Promise<string | void>;
}
