import { originOf } from "#queues/registry";
import { ensureQueue } from "../deploy/create.ts";
import { ensureConsumer } from "../deploy/triggers.ts";
import { found, type Check } from "./check.ts";

export const queues: Check = {
  id: "queues",
  places: ["remote"],
  async diagnose(world) {
    const [wanted, there, deployed] = await Promise.all([
      world.wanted(),
      world.account.queues(),
      world.account.workers(),
    ]);
    const missing = wanted.queues.filter(({ name }) => !there.some((each) => each.name === name));
    return missing.map((wantedQueue) => {
      const { name, consumer } = wantedQueue;
      const consumed = deployed.has(consumer.script);
      return found({
        what: `the queue ${name} is missing`,
        why:
          originOf(name) === undefined
            ? "what is sent to it is refused, and the Workers that send there cannot be deployed"
            : "what cannot be handled has nowhere to go",
        which: name,
        severity: originOf(name) === undefined ? "stops" : "harms",
        next: `npx hoox repair queues${world.flag}`,
        mend: {
          plan: `create queue ${name}${consumed ? `, consumed by ${consumer.script}` : ""}`,
          async do(hands) {
            const account = await hands.account();
            await ensureQueue(hands.context, account, wantedQueue);
            if (consumed) await ensureConsumer(account, wantedQueue);
          },
        },
      });
    });
  },
};
