import { deadLetterPolicy, isQueueName, registry } from "#queues/registry";
import { addVersion, deployVersion } from "../../fakes/cloudflare/script-store.ts";
import { current, type StoredBinding, type StoredQueue, type StoredScript } from "../../fakes/cloudflare/state.ts";
import type { Deployed } from "./deployed.ts";

/** One thing that goes wrong on an account, as it would without any command of ours. */
export interface Fault {
  name: string;
  /** The check that must find it, and what it must call by its name. */
  check: string;
  which: string;
  /** What it happens to, when that is not `which`: of two faults at one thing, one may hide or mend the other. */
  touches?: readonly string[];
  plant: (on: Deployed) => void;
  /** What a person does about it, where no command may. */
  person?: (on: Deployed) => void;
}

export function onQueue(name: string, check: string, which: string, change: (queue: StoredQueue) => unknown): Fault {
  return {
    name,
    check,
    which,
    touches: check.startsWith("consumer") ? [which, consumerOf(which)] : [which],
    plant: ({ fake: { state } }) => {
      const queue = state.queueNamed(which);
      if (queue !== undefined) change(queue);
    },
  };
}

function consumerOf(queue: string): string {
  return isQueueName(queue) ? registry[queue].consumer : deadLetterPolicy.consumer;
}

export function onSettings(name: string, which: string, settings: Record<string, number | null>): Fault {
  return onQueue(name, "consumer-settings", which, ({ consumers }) => {
    for (const each of consumers) Object.assign(each.settings, settings);
  });
}

export function onScript(
  name: string,
  check: string,
  which: string,
  change: (script: StoredScript) => unknown,
  on = [which],
): Fault {
  return {
    name,
    check,
    which,
    touches: on,
    plant: ({ fake: { state } }) => {
      for (const worker of on) {
        const script = state.scripts.get(worker);
        if (script !== undefined) change(script);
      }
    },
  };
}

/** Somebody has deployed a version with other bindings, an hour ago. */
export function onBindings(
  name: string,
  check: string,
  which: string,
  change: (bindings: StoredBinding[]) => StoredBinding[],
  on = [which],
): Fault {
  const deploy = (script: StoredScript): void => {
    const before = current(script);
    if (before === undefined) return;
    const at = script.modifiedOn;
    const version = addVersion(script, { ...before, bindings: change(before.bindings) }, at);
    deployVersion(script, [{ version_id: version.id, percentage: 100 }], at);
  };
  return onScript(name, check, which, deploy, on);
}

export function without(name: string): (bindings: StoredBinding[]) => StoredBinding[] {
  return (bindings) => bindings.filter((each) => each.name !== name);
}

export function another(name: string): (bindings: StoredBinding[]) => StoredBinding[] {
  return (bindings) => bindings.map((each) => (each.name === name ? { ...each, text: "of-somebody-else" } : each));
}

export function namespaceOf({ fake }: Deployed): { values: Map<string, { value: Buffer }> } | undefined {
  return [...fake.state.namespaces.values()][0];
}
