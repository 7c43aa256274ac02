import { HELD, HOLD_ENTRIES } from "#contracts/queue-hold";

/** A variable of the consumers that can hold a queue, those with CONFIG; `npm start` turns it on. */
export const HOLDS = { name: "QUEUE_HOLDS", on: "on" } as const;

const EVERY_MS = 250;

interface Holds {
  get(key: string): Promise<string | null>;
}

/**
 * Returns once nobody holds this queue. The local broker cannot pause, but it hands a queue's batches over one by one:
 * while the consumer sits on one, uncounted and unretried, the rest waits. Where {@link HOLDS} is off it returns at
 * once: an account pauses queues itself, and ends a consumer that takes a quarter of an hour.
 */
export async function whileHeld(queue: string, env: object): Promise<void> {
  const holds = holdsIn(env);
  if (holds === undefined) return;
  while (await isHeld(holds, queue)) await new Promise((done) => setTimeout(done, EVERY_MS));
}

async function isHeld(holds: Holds, queue: string): Promise<boolean> {
  // What cannot be read holds nothing: messages are more than a hold.
  return holds.get(`${HOLD_ENTRIES}${queue}`).then(
    (value) => value === HELD,
    () => false,
  );
}

function holdsIn(env: object): Holds | undefined {
  const config: unknown = Reflect.get(env, "CONFIG");
  return Reflect.get(env, HOLDS.name) === HOLDS.on && hasGet(config) ? config : undefined;
}

function hasGet(value: unknown): value is Holds {
  return typeof value === "object" && value !== null && "get" in value;
}
