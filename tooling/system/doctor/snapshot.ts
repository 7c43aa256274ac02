import { workers } from "#contracts/ids";
import { current } from "../../fakes/cloudflare/state.ts";
import type { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";

/** A Worker that was deleted has lost them, and nobody here knows them. */
const OPTIONAL: readonly string[] = ["TG_BOT_TOKEN_BINDING", "TELEGRAM_CHAT_ID_DEFAULT", "TELEGRAM_WEBHOOK_SECRET"];

/** Everything of an account that matters, ids and moments left out: two accounts that say the same are equally well. */
export function snapshotOf(fake: FakeCloudflare): object {
  const { state } = fake;
  const nameOf = (id: unknown): string | undefined =>
    state.databases.get(String(id))?.name ?? state.namespaces.get(String(id))?.title;
  const byName = <T extends { name: string }>(all: Iterable<T>): T[] =>
    [...all].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const internal = workers.map((worker) => fake.secret(worker, "INTERNAL_KEY_BINDING"));
  return {
    queues: byName(state.queues.values()).map(({ name, settings, consumers }) => ({
      name,
      settings,
      consumers: consumers.map(({ type, script, deadLetterQueue, settings: own }) => ({
        type,
        script,
        deadLetterQueue,
        settings: Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null)),
      })),
    })),
    databases: byName(state.databases.values()).map(({ name, tableCount }) => ({ name, tableCount })),
    namespaces: [...state.namespaces.values()].map(({ title }) => title),
    buckets: [...state.buckets.keys()],
    workers: byName(state.scripts.values()).map((script) => ({
      name: script.name,
      crons: script.crons,
      subdomain: script.subdomain,
      migrationTag: script.migrationTag,
      bindings: byName(current(script)?.bindings ?? [])
        .filter(({ name }) => name !== "DEPLOYED_FROM" && !OPTIONAL.includes(name))
        .map(({ text, id, namespace_id: namespace, ...binding }) => ({
          ...binding,
          ...(binding.type === "secret_text" ? {} : { text }),
          owns: nameOf(id ?? namespace) ?? (id === undefined ? namespace : "nothing"),
        })),
    })),
    oneInternalKey: new Set(internal).size === 1 && internal[0] !== undefined,
    oneOperatorKey: fake.secret("hoox", "OPERATOR_KEY_BINDING") === fake.secret("ops-worker", "OPERATOR_KEY_BINDING"),
  };
}
