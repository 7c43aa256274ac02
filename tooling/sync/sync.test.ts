import { unstable_readConfig as readConfig } from "wrangler";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { workers, type Worker } from "#contracts/ids";
import { configPathOf } from "./paths.ts";
import { queueConfigOf } from "./queue-config.ts";
import { syncAll } from "./sync.ts";

const config = z.object({
  name: z.string(),
  workers_dev: z.boolean().optional(),
  preview_urls: z.boolean().optional(),
  routes: z.array(z.unknown()).default([]),
  queues: z.object({
    producers: z.array(z.object({ binding: z.string(), queue: z.string() })).default([]),
    consumers: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
  services: z.array(z.object({ service: z.string() })).default([]),
  durable_objects: z.object({ bindings: z.array(z.object({ script_name: z.string().optional() })) }),
});

function configOf(worker: Worker): z.infer<typeof config> {
  return config.parse(readConfig({ config: configPathOf(worker) }, { hideWarnings: true }));
}

describe("every wrangler.jsonc, as wrangler itself reads it,", () => {
  it.each(workers)("gives %s the queues that the registry says", (worker) => {
    const { name, queues } = configOf(worker);

    expect(name).toBe(worker);
    expect(queues).toEqual(queueConfigOf(worker));
  });

  it.each(workers.filter((worker) => worker !== "hoox"))("keeps %s off the public internet", (worker) => {
    expect(configOf(worker)).toMatchObject({ workers_dev: false, preview_urls: false, routes: [] });
  });

  it("binds only to Workers that are deployed before it", () => {
    const wrong = workers.flatMap((worker, position) => {
      const { services, durable_objects } = configOf(worker);
      const targets = [
        ...services.map((each) => each.service),
        ...durable_objects.bindings.flatMap((each) => each.script_name ?? []),
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
