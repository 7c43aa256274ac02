import { describe, expect, it } from "vitest";
import { SimObject } from "./durable-object.ts";
import { virtualGlobals } from "./globals.ts";
import { Isolate, running } from "./process.ts";
import { SimQueue } from "./queue.ts";
import { Random } from "../fakes/random.ts";
import { World } from "./world.ts";

const settings = { size: 10, waitMs: 1_000, limit: 2 };
const worker = (): Isolate => new Isolate({ name: "worker", build: () => undefined });

/** A world without chance, in which tests say what goes wrong. */
async function inWorld(
  play: (world: World) => void | Promise<void>,
  options: { storm?: number; seed?: number } = {},
): Promise<World> {
  const restore = virtualGlobals();
  const world = new World({ seed: options.seed ?? 1, storm: options.storm ?? 0, trace: true });
  try {
    await running.run({ world, process: undefined }, async () => {
      await play(world);
      await world.run({ until: () => !world.busy, untilMs: 3_600_000 });
    });
    return world;
  } finally {
    restore();
  }
}

describe("a world", () => {
  it("lets a minute pass in no time", async () => {
    const started = performance.now();
    const world = await inWorld((here) => {
      here.invoke(worker(), "sleeper", () => new Promise((resolve) => setTimeout(resolve, 60_000)));
    });
    expect(world.elapsed).toBe(60_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("shows its own time to code that asks for the date", async () => {
    let seen = 0;
    const world = await inWorld((here) => {
      here.plan(1_234, () => {
        seen = Date.now() - new Date("2026-11-02T08:00:00.000Z").getTime();
      });
    });
    expect(seen).toBe(1_234);
    expect(world.now() instanceof Date).toBe(true);
  });

  it("gives the globals back", async () => {
    const before = [setTimeout, clearTimeout, Date, crypto.randomUUID, Math.random];
    await inWorld(() => undefined);
    expect([setTimeout, clearTimeout, Date, crypto.randomUUID, Math.random]).toEqual(before);
    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
  });

  it("never resumes a process that died, and keeps what it had asked for", async () => {
    const happened: string[] = [];
    await inWorld((here) => {
      const { process } = here.invoke(worker(), "mortal", async () => {
        await here.step("d1.write", () => void happened.push("effect"));
        happened.push("resumed");
      });
      here.plan(0, () => process.die("test"));
    });
    expect(happened).toEqual(["effect"]);
  });

  it("drops the timers of a process that died", async () => {
    let rang = false;
    await inWorld((here) => {
      const { process } = here.invoke(worker(), "mortal", async () => {
        setTimeout(() => (rang = true), 100);
        await new Promise(() => undefined);
      });
      here.plan(50, () => process.die("test"));
    });
    expect(rang).toBe(false);
  });

  it("cuts background work off thirty seconds after the answer", async () => {
    let how = "";
    await inWorld((here) => {
      const { over } = here.invoke(worker(), "fetch", async (background) => {
        background(new Promise((resolve) => setTimeout(resolve, 90_000)));
      });
      over.then((said) => (how = said));
    });
    expect(how).toBe("died");
  });
});

describe("a queue", () => {
  it("brings what a dead invocation left unsettled again after 30 s", async () => {
    const seen: { attempts: number; at: number }[] = [];
    const isolate = worker();
    await inWorld(async (here) => {
      const queue = new SimQueue(here, { name: "q", settings });
      queue.consumedBy(isolate, async (batch) => {
        const [message] = batch.messages;
        seen.push({ attempts: message?.attempts ?? 0, at: here.elapsed });
        message?.ack();
        if (seen.length === 1) {
          here.plan(10, () => isolate.reset("test"));
          await new Promise(() => undefined);
        }
      });
      queue.binding().send({ json: 1 });
    });
    expect(seen.map((each) => each.attempts)).toEqual([1, 2]);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(30_000);
  });

  it("moves a message that ran out of deliveries to the queue behind it, unchanged", async () => {
    const arrived: { id: string; body: unknown; attempts: number }[] = [];
    const tried: string[] = [];
    await inWorld((here) => {
      const behind = new SimQueue(here, { name: "q-dlq", settings });
      const queue = new SimQueue(here, { name: "q", settings, behind });
      behind.consumedBy(worker(), async (batch) => {
        for (const { id, body, attempts } of batch.messages) arrived.push({ id, body, attempts });
      });
      queue.consumedBy(worker(), async (batch) => {
        for (const message of batch.messages) {
          tried.push(message.id);
          message.retry({ delaySeconds: 1 });
        }
      });
      queue.binding().send({ json: "hello" });
    });
    expect(tried).toHaveLength(3);
    expect(arrived).toEqual([{ id: tried[0], body: { json: "hello" }, attempts: 1 }]);
  });

  it("lets the first settlement win and acknowledges what was not settled", async () => {
    let deliveries = 0;
    await inWorld((here) => {
      const queue = new SimQueue(here, { name: "q", settings });
      queue.consumedBy(worker(), async (batch) => {
        deliveries += batch.messages.length;
        batch.messages[0]?.ack();
        batch.messages[0]?.retry();
      });
      queue.binding().sendBatch([{ body: 1 }, { body: 2 }]);
    });
    expect(deliveries).toBe(2);
  });

  it("duplicates and reorders when the weather is bad, and loses nothing", async () => {
    const seen: number[] = [];
    await inWorld(
      (here) => {
        const queue = new SimQueue(here, { name: "q", settings });
        queue.consumedBy(worker(), async (batch) => {
          for (const { body } of batch.messages) seen.push(Number(body));
        });
        const untilSent = (number: number): Promise<unknown> =>
          queue
            .binding()
            .send(number)
            .catch(() => untilSent(number));
        here.plan(0, () => {
          for (let number = 0; number < 200; number += 1) untilSent(number);
        });
      },
      { storm: 1, seed: 4 },
    );
    expect(new Set(seen).size).toBe(200);
    expect(seen.length).toBeGreaterThan(200);
    expect(seen).not.toEqual(seen.toSorted((a, b) => a - b));
  });
});

describe("a Durable Object", () => {
  it("is built again over the same storage, and its callers are told", async () => {
    const storage: string[] = [];
    const said: string[] = [];
    await inWorld((here) => {
      const object = new SimObject(here, {
        name: "object",
        build: () => {
          let memory = 0;
          return {
            write: async (text: string) => {
              storage.push(text);
              memory += 1;
              await here.step("send.q", () => undefined);
              return memory;
            },
          };
        },
      });
      here.invoke(worker(), "caller", async () => {
        const first = object.call("ledger.write", "write", (host) => host.write("a"));
        said.push(String(await first));
        const second = object.call("ledger.write", "write", (host) => host.write("b"));
        here.plan(60, () => object.reset("test"));
        await second.catch((error: unknown) => said.push(String(error)));
        said.push(String(await object.call("ledger.write", "write", (host) => host.write("c"))));
      });
    });
    expect(storage).toEqual(["a", "b", "c"]);
    expect(said.at(-1)).toBe("1");
  });

  it("rings its one alarm at its time, again when the handler fails", async () => {
    const rang: number[] = [];
    await inWorld((here) => {
      const object = new SimObject(here, {
        name: "object",
        build: (alarm) => ({ arm: async () => alarm.set(new Date(here.milliseconds + 5_000)) }),
        alarm: async () => {
          rang.push(here.elapsed);
          if (rang.length === 1) throw new Error("once");
        },
      });
      here.invoke(worker(), "caller", () => object.call("ledger.arm", "arm", (host) => host.arm()));
      here.plan(60_000, () => undefined);
    });
    expect(rang).toHaveLength(2);
    expect((rang[1] ?? 0) - (rang[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });
});

describe("chance", () => {
  it("is the same for the same seed and label, and another for others", () => {
    const draw = (random: Random): number[] => Array.from({ length: 20 }, () => random.integer(0, 1_000_000));
    expect(draw(new Random(7, "a"))).toEqual(draw(new Random(7, "a")));
    expect(draw(new Random(7, "a"))).not.toEqual(draw(new Random(7, "b")));
    expect(draw(new Random(7, "a"))).not.toEqual(draw(new Random(8, "a")));
  });

  it("makes ids that are UUIDs of version 4", () => {
    const random = new Random(3, "ids");
    for (let count = 0; count < 100; count += 1) {
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
