import { deadLetterQueueOf, queueNames } from "#queues/registry";
import type { FakeCloudflare } from "./fake.ts";

/** Gives the account everything that the Workers' own wrangler.jsonc point to, under the ids that stand there. */
export function provision(fake: FakeCloudflare): void {
  const { state } = fake;
  for (const name of queueNames) {
    state.addQueue(name);
    state.addQueue(deadLetterQueueOf(name));
  }
  state.addDatabase("hoox", "hoox");
  state.addNamespace("hoox-config", "hoox-config");
  state.buckets.set("hoox-archive", { name: "hoox-archive", createdOn: state.now() });
}
