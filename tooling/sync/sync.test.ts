import { unstable_readConfig as readConfig } from "wrangler";
import { describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { configPathOf } from "./paths.ts";
import { queueConfigOf } from "./queue-config.ts";
import { syncAll } from "./sync.ts";

describe("every wrangler.jsonc, as wrangler itself reads it,", () => {
  it.each(workers)("gives %s the queues that the registry says", (worker) => {
    const config = readConfig({ config: configPathOf(worker) }, { hideWarnings: true });
    const wanted = queueConfigOf(worker);

    expect(config.name).toBe(worker);
    expect(config.queues.producers?.map(({ binding, queue }) => ({ binding, queue })) ?? []).toEqual(wanted.producers);
    expect(config.queues.consumers ?? []).toEqual(wanted.consumers.map((each) => expect.objectContaining(each)));
    expect(config.queues.consumers ?? []).toHaveLength(wanted.consumers.length);
  });

  it.each(workers.filter((worker) => worker !== "hoox"))("keeps %s off the public internet", (worker) => {
    const config = readConfig({ config: configPathOf(worker) }, { hideWarnings: true });

    expect({ workers_dev: config.workers_dev, preview_urls: config.preview_urls, routes: config.routes ?? [] }).toEqual({
      workers_dev: false,
      preview_urls: false,
      routes: [],
    });
  });

  it("binds only to Workers that are deployed before it", () => {
    const wrong = workers.flatMap((worker, position) => {
      const config = readConfig({ config: configPathOf(worker) }, { hideWarnings: true });
      const targets = [
        ...(config.services ?? []).map((each) => each.service),
        ...config.durable_objects.bindings.flatMap((each) => each.script_name ?? []),
      ];
      return targets
        .filter((target) => target !== worker && workers.findIndex((each) => each === target) >= position)
        .map((target) => `${worker} → ${target}`);
    });

    expect(wrong).toEqual([]);
  });

  it("needs no sync", async () => {
    expect(await syncAll({ check: true })).toEqual({ changed: [] });
  });
});
