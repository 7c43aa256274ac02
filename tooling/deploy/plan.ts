import type { Worker } from "#contracts/ids";
import { bindingDrift, consumerDrift, DEPLOYED_FROM, sameCrons } from "./drift.ts";
import type { Found } from "./found.ts";
import type { SecretsPlan } from "./secrets.ts";
import type { Step } from "./step.ts";
import type { Wanted, WantedQueue, WantedWorker } from "./wanted.ts";

export interface PlanOf {
  wanted: Wanted;
  found: Found;
  /** Files of migrations that the account's database has not run. */
  pending: readonly string[];
  /** What each Worker is made from now. */
  prints: ReadonlyMap<Worker, string>;
  secrets: Pick<SecretsPlan, "lacking" | "made" | "values">;
  /** These Workers, and what they are bound to. */
  chosen: readonly Worker[];
  /** Also when nothing has changed. */
  force: boolean;
}

/**
 * Everything that makes the account what the sources want it to be, in the order in which it has to be done. It ends
 * with a look at the health of all of it, also when nothing is to be done: the last run may have been stopped before.
 */
export function planOf(of: PlanOf): Step[] {
  const chosen = of.wanted.workers.filter(({ name }) => of.chosen.includes(name));
  const plans = chosen.map((worker) => ({ worker, ...workerPlan(of, worker) }));
  const kept = plans.filter(({ isDeployed }) => !isDeployed);
  const deployed = plans.filter(({ isDeployed }) => isDeployed);
  const below = allNeeds(
    of.wanted,
    deployed.flatMap(({ worker }) => worker.needs),
  );
  const needed = kept.filter(({ worker }) => below.has(worker.name));
  const steps = [
    ...keySteps(of),
    ...resourceSteps(of, chosen),
    // What a kept Worker lacks may be why it, or the one that is asked about it, is not well.
    ...kept.flatMap(({ steps: own }) => own),
    ...plans.flatMap((each) =>
      needed.includes(each) ? [look(each.worker, "others need it")] : each.isDeployed ? each.steps : [],
    ),
  ];
  const isWhole = of.wanted.workers.every(({ name }) => of.found.workers.has(name) || of.chosen.includes(name));
  if (isWhole) return [...steps, { kind: "mesh" }];
  return [
    ...steps,
    ...kept.filter((each) => !needed.includes(each)).map(({ worker }) => look(worker, "deployed before")),
  ];
}

/** These, and what they are bound to in turn. */
function allNeeds({ workers }: Wanted, direct: readonly Worker[]): ReadonlySet<Worker> {
  const found = new Set(direct);
  for (const { name, needs } of workers.toReversed()) {
    if (found.has(name)) for (const each of needs) found.add(each);
  }
  return found;
}

function look({ name }: WantedWorker, why: string): Step {
  return { kind: "health", worker: name, from: undefined, why };
}

function keySteps({ secrets }: PlanOf): Step[] {
  return secrets.made.length > 0 ? [{ kind: "keys", names: secrets.made }] : [];
}

function resourceSteps({ wanted, found, pending }: PlanOf, chosen: readonly WantedWorker[]): Step[] {
  const bound = chosen.flatMap(({ bindings }) => bindings);
  const isBound = (type: string, target: string): boolean =>
    bound.some((each) => each.type === type && each.target === target);
  const names = chosen.map(({ name }): string => name);
  const consumed = wanted.queues.filter(({ consumer }) => names.includes(consumer.script));
  const isUsed = ({ name }: WantedQueue): boolean =>
    isBound("queue", name) || consumed.some((each) => each.name === name || each.consumer.deadLetterQueue === name);
  return [
    ...wanted.queues.filter(isUsed).flatMap((queue) => queueStep(queue, found)),
    ...wanted.databases
      .filter(({ name }) => isBound("d1", name))
      .flatMap(({ name }): Step[] => [
        ...(found.databases.has(name) ? [] : [{ kind: "database", name } as const]),
        ...(pending.length > 0 ? [{ kind: "migrations", database: name, pending } as const] : []),
      ]),
    ...wanted.namespaces
      .filter(({ title }) => isBound("kv_namespace", title) && !found.namespaces.has(title))
      .map(({ title }) => ({ kind: "namespace", title }) as const),
    ...wanted.buckets
      .filter(({ name }) => isBound("r2_bucket", name) && !found.buckets.has(name))
      .map(({ name }) => ({ kind: "bucket", name }) as const),
  ];
}

function queueStep(queue: WantedQueue, { queues }: Found): Step[] {
  const has = queues.get(queue.name);
  if (has === undefined) return [{ kind: "queue", queue, why: "not there" }];
  const { retentionSeconds: keeps = queue.retentionSeconds } = has;
  if (keeps === queue.retentionSeconds) return [];
  return [{ kind: "queue", queue, why: `keeps messages for ${inDays(keeps)}, not ${inDays(queue.retentionSeconds)}` }];
}

function inDays(seconds: number): string {
  return seconds < 86_400 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function workerPlan(of: PlanOf, worker: WantedWorker): { isDeployed: boolean; steps: Step[] } {
  const { name } = worker;
  const from = of.prints.get(name) ?? "";
  const names = [...(of.secrets.lacking.get(name) ?? [])];
  const queues = of.wanted.queues.filter(({ consumer }) => consumer.script === name);
  const why = reasonToDeploy(of, worker, from);
  if (why === undefined) {
    const wrong = triggerDrift(of.found, worker, queues);
    const mends: Step[] = [
      ...(names.length > 0 ? [{ kind: "secrets", worker: name, names } as const] : []),
      ...(wrong.length > 0 ? [{ kind: "triggers", worker, queues, why: wrong.join("; ") } as const] : []),
    ];
    return { isDeployed: false, steps: mends };
  }
  const has = of.found.workers.get(name)?.secrets ?? [];
  const required = worker.secrets.filter((each) => has.includes(each) || names.includes(each));
  const steps: Step[] = [
    ...queues.flatMap((queue): Step[] => {
      const other = foreignConsumer(of.found, queue);
      return other === undefined ? [] : [{ kind: "release", queue, from: other }];
    }),
    { kind: "worker", worker, from, why, secrets: names, required },
    { kind: "triggers", worker, queues, why: "deployed" },
    { kind: "health", worker: name, from, why: "deployed" },
  ];
  return { isDeployed: true, steps };
}

function reasonToDeploy({ found, force }: PlanOf, worker: WantedWorker, from: string): string | undefined {
  const has = found.workers.get(worker.name);
  if (has === undefined) return "not deployed";
  const was = has.settings.bindings.find(({ name }) => name === DEPLOYED_FROM)?.text;
  if (has.behind) return "it is not its newest version alone that takes the requests";
  if (was === undefined) return "nobody knows what it was made from";
  if (was !== from) return "its source or its configuration has changed";
  const drift = bindingDrift(worker, has, found);
  if (drift.length > 0) return drift.join("; ");
  return force ? "asked for" : undefined;
}

function foreignConsumer({ queues }: Found, { name, consumer }: WantedQueue): string | undefined {
  const other = queues.get(name)?.consumers.find(({ type, script }) => type !== "worker" || script !== consumer.script);
  return other && (other.script ?? "a pull consumer");
}

/** In what a deployed Worker's consumers, crons and address are not as wanted, in words. */
export function triggerDrift(found: Found, worker: WantedWorker, queues: readonly WantedQueue[]): string[] {
  const { crons, address } = found.workers.get(worker.name) ?? {};
  const { enabled, previewsEnabled } = worker.address;
  return [
    ...queues.flatMap(({ name, consumer }) => {
      const consumers = found.queues.get(name)?.consumers ?? [];
      if (consumers.length === 0) return [`${name} has no consumer`];
      return consumers.flatMap((each) => consumerDrift(consumer, each)).map((drift) => `${name}: ${drift}`);
    }),
    ...(sameCrons(worker.crons, crons ?? []) ? [] : [`crons are ${(crons ?? []).join(", ") || "none"}`]),
    ...(address?.enabled === enabled ? [] : [enabled ? "it has no public address" : "it has a public address"]),
    ...(address?.previewsEnabled === previewsEnabled ? [] : ["its previews have public addresses"]),
  ];
}
