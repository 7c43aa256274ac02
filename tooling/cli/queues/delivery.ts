import { opsRoutes } from "#contracts/routes/ops";
import { HELD, HOLD_ENTRIES } from "#contracts/queue-hold";
import { HOLDS } from "#queues/hold";
import { readWanted } from "../../deploy/wanted.ts";
import type { HooxContext } from "../context.ts";
import { usageError } from "../errors.ts";
import type { MeshClient } from "../mesh-client.ts";
import { neededAccount, type Place } from "../../secrets/place.ts";
import { audited } from "./audited.ts";
import { queueThere } from "./there.ts";

/** Whether one queue is delivered, and how that is changed. */
export interface Delivery {
  paused: boolean;
  /** Answers what of it went wrong, though it was done. */
  set(of: { paused: boolean; reason: string }): Promise<string[]>;
}

export async function deliveryOf(context: HooxContext, place: Place, queue: string): Promise<Delivery> {
  return place.local ? held(localMesh(place), queue) : pausedThere(context, place, queue);
}

/** The queues that the local mesh holds. */
export async function heldQueues(mesh: MeshClient): Promise<string[]> {
  const { entries } = await mesh.call(opsRoutes.config, { query: { prefix: HOLD_ENTRIES } });
  return entries.filter(({ value }) => value === HELD).map(({ key }) => key.slice(HOLD_ENTRIES.length));
}

export function localMesh({ mesh }: Place): MeshClient {
  if (mesh === undefined) throw usageError("there is no local mesh", "start it with: npm start");
  return mesh;
}

async function held(mesh: MeshClient, queue: string): Promise<Delivery> {
  await refuseUnholdable(queue);
  return {
    paused: (await heldQueues(mesh)).includes(queue),
    async set({ paused, reason }) {
      const body = { key: `${HOLD_ENTRIES}${queue}`, reason, ...(paused ? { value: HELD } : {}) };
      await mesh.call(opsRoutes.setConfig, { body });
      return [];
    },
  };
}

/** The local broker cannot pause, and not every consumer can hold its batch. */
async function refuseUnholdable(queue: string): Promise<void> {
  const { queues, workers } = await readWanted();
  const holders = workers.filter(({ bindings }) => bindings.some(({ name }) => name === HOLDS.name));
  const holdable = queues.flatMap(({ name, consumer }) =>
    holders.some((each) => each.name === consumer.script) ? [name] : [],
  );
  if (holdable.includes(queue)) return;
  throw usageError(
    `the local mesh cannot hold ${queue} back: its broker cannot pause, and the consumer takes what comes`,
    `it can hold ${holdable.join(", ")}; an account can pause every queue: --remote`,
  );
}

async function pausedThere(context: HooxContext, place: Place, name: string): Promise<Delivery> {
  const account = await neededAccount(context, place);
  const queue = await queueThere(account, name, place);
  return {
    paused: queue.deliveryPaused,
    async set({ paused, reason }) {
      await (paused ? account.queues.pause(queue) : account.queues.resume(queue));
      return audited(place, { queue: name, change: paused ? "pause" : "resume", reason });
    },
  };
}
