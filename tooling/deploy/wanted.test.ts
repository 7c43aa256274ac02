import { describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { deadLetterQueueOf, queueNames } from "#queues/registry";
import { deployable } from "./config.ts";
import { deployOrder } from "./order.ts";
import { readWanted } from "./wanted.ts";

describe("what the registry and the wrangler.jsonc files want", () => {
  it("is all Workers, each behind everything that it is bound to", async () => {
    const { workers: all } = await readWanted();

    expect(all.map(({ name }) => name).toSorted()).toEqual(workers.toSorted());
    for (const [position, { needs }] of all.entries()) {
      const before = all.slice(0, position).map(({ name }) => name);
      expect(needs.filter((each) => !before.includes(each))).toEqual([]);
    }
  });

  it("is every queue of the registry and its dead-letter queue, each with a consumer", async () => {
    const { queues } = await readWanted();

    expect(queues.map(({ name }) => name).toSorted()).toEqual(
      queueNames.flatMap((name) => [name, deadLetterQueueOf(name)]).toSorted(),
    );
    expect(queues.find(({ name }) => name === "notifications")?.consumer).toMatchObject({
      script: "telegram-worker",
      deadLetterQueue: "notifications-dlq",
      maxConcurrency: 1,
    });
  });

  it("keeps dead letters longer than messages, by name", async () => {
    const { queues } = await readWanted();
    const longest = (letters: boolean): number[] => [
      ...new Set(queues.filter(({ name }) => name.endsWith("-dlq") === letters).map((each) => each.retentionSeconds)),
    ];

    expect(longest(true)).toHaveLength(1);
    expect(longest(true)[0]).toBeGreaterThan(longest(false)[0] ?? Infinity);
  });

  it("is one database, one namespace and one bucket, by the names that the bindings have", async () => {
    const wanted = await readWanted();
    const bindings = wanted.workers.flatMap((each) => each.bindings);
    const targets = (type: string): (string | undefined)[] => [
      ...new Set(bindings.filter((each) => each.type === type).map(({ target }) => target)),
    ];

    expect(targets("d1")).toEqual(wanted.databases.map(({ name }) => name));
    expect(targets("kv_namespace")).toEqual(wanted.namespaces.map(({ title }) => title));
    expect(targets("r2_bucket")).toEqual(wanted.buckets.map(({ name }) => name));
  });

  it("says which file is not understood, and where", () => {
    const config = { name: "hoox", queues: {}, services: [{ binding: "OPS_WORKER", service: "ops-wroker" }] };

    expect(() => deployable("hoox", config)).toThrow(/services\/hoox\/wrangler.jsonc: services.0.service/);
  });
});

describe("the order of deployment", () => {
  it("is the given one where nothing speaks against it", () => {
    const all = [
      { name: "a", needs: [] },
      { name: "b", needs: ["c"] },
      { name: "c", needs: ["a"] },
      { name: "d", needs: [] },
    ];
    expect(deployOrder(all).map(({ name }) => name)).toEqual(["a", "c", "b", "d"]);
  });

  it("does not exist in a cycle, which is named without whoever only waits for it", () => {
    const all = [
      { name: "outside", needs: ["trade"] },
      { name: "trade", needs: ["ledger"] },
      { name: "ledger", needs: ["hoox"] },
      { name: "hoox", needs: ["trade"] },
    ];
    expect(() => deployOrder(all)).toThrow(/first: trade → ledger → hoox → trade$/);
  });
});
