import type { ConsumerSettings, QueueConsumer } from "../cloudflare/queue-shapes.ts";
import type { Found, FoundWorker } from "./found.ts";
import type { WantedBinding, WantedWorker } from "./wanted.ts";

/** A plain variable of every deployed Worker: what it was made from. No wrangler.jsonc has it. */
export const DEPLOYED_FROM = "DEPLOYED_FROM";

type Owned = Pick<Found, "databases" | "namespaces">;

/** In what the bindings of a deployed Worker are not those of its wrangler.jsonc, in words. */
export function bindingDrift(worker: WantedWorker, found: Pick<FoundWorker, "settings">, account: Owned): string[] {
  const there = found.settings.bindings.filter(({ name, type }) => type !== "secret_text" && name !== DEPLOYED_FROM);
  const wrong = worker.bindings.flatMap((wanted) => {
    const has = there.find(({ name }) => name === wanted.name);
    if (has === undefined) return [`binding ${wanted.name} is missing`];
    if (has.type !== wanted.type) return [`binding ${wanted.name} is a ${has.type}, not a ${wanted.type}`];
    if (has.text !== wanted.text) return [`variable ${wanted.name} has another value than in wrangler.jsonc`];
    if (!pointsRight(wanted, has, { own: worker.name, account })) {
      return [`binding ${wanted.name} does not point to ${wanted.className ?? wanted.target}`];
    }
    return [];
  });
  const extra = there.filter(({ name }) => !worker.bindings.some((each) => each.name === name));
  return [...wrong, ...extra.map(({ name }) => `binding ${name} is not in wrangler.jsonc`)];
}

function pointsRight(
  wanted: WantedBinding,
  has: WantedBinding,
  { own, account }: { own: string; account: Owned },
): boolean {
  // A kind of which the account does not say where it points.
  if (has.target === undefined && wanted.type !== "durable_object_namespace") return true;
  if (wanted.type === "d1") return has.target === account.databases.get(wanted.target ?? "")?.id;
  if (wanted.type === "kv_namespace") return has.target === account.namespaces.get(wanted.target ?? "")?.id;
  if (wanted.type === "durable_object_namespace") {
    return has.className === wanted.className && (has.target ?? own) === (wanted.target ?? own);
  }
  return has.target === wanted.target;
}

/** In what a consumer is not as wanted, in words. */
export function consumerDrift(wanted: ConsumerSettings, has: QueueConsumer): string[] {
  if (has.type !== "worker") return ["it is taken from over HTTP, not by a Worker"];
  if (has.script !== wanted.script) return [`its consumer is ${has.script}, not ${wanted.script}`];
  const settings = [
    ["batch size", has.batchSize, wanted.batchSize],
    ["batch wait in seconds", has.maxWaitSeconds, wanted.maxWaitSeconds],
    ["retries", has.maxRetries, wanted.maxRetries],
    ["concurrency", has.maxConcurrency, wanted.maxConcurrency],
    ["retry delay in seconds", has.retryDelaySeconds || undefined, wanted.retryDelaySeconds],
    ["dead-letter queue", has.deadLetterQueue, wanted.deadLetterQueue],
  ] as const;
  return settings
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `${what} is ${is ?? "not set"}, not ${should ?? "unset"}`);
}

export function sameCrons(wanted: readonly string[], has: readonly string[]): boolean {
  return wanted.toSorted().join("\n") === has.toSorted().join("\n");
}
