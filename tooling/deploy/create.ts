// The client itself takes half a second to load, and checks of a local mesh come by here.
import { AccountError } from "../cloudflare/errors.ts";
import type { Account, Database, Namespace, Queue } from "../cloudflare/index.ts";
import type { HooxContext } from "../cli/context.ts";

type Waiting = Pick<HooxContext, "sleep">;

/** Each of these makes what is missing and answers what is there; asked twice, the second time changes nothing. */
export async function ensureQueue(
  context: Waiting,
  account: Account,
  of: { name: string; retentionSeconds: number },
): Promise<Queue> {
  const { queues } = account;
  const { name, retentionSeconds } = of;
  const queue = await made(context, {
    find: () => queues.byName(name),
    create: () => queues.create(name, { retentionSeconds }),
  });
  return queue.retentionSeconds === retentionSeconds ? queue : queues.update(queue, { retentionSeconds });
}

export function ensureDatabase(context: Waiting, { databases }: Account, name: string): Promise<Database> {
  return made(context, { find: () => databases.byName(name), create: () => databases.create(name) });
}

export function ensureNamespace(context: Waiting, { namespaces }: Account, title: string): Promise<Namespace> {
  const find = async (): Promise<Namespace | undefined> =>
    (await namespaces.list()).find((each) => each.title === title);
  return made(context, { find, create: () => namespaces.create(title) });
}

export async function ensureBucket(context: Waiting, { buckets }: Account, name: string): Promise<void> {
  const find = async (): Promise<object | undefined> => (await buckets.list()).find((each) => each.name === name);
  await made(context, { find, create: () => buckets.create(name) });
}

const TRIES = 3;
/** Queue, database, namespace, bucket: somebody has made it since, or a list that is late does not show it yet. */
const TAKEN = [11_009, 7_502, 10_014, 10_004];

/** A create whose answer got lost may have been done: looking before each try tells, so trying again is safe. */
async function made<T>(
  { sleep }: Waiting,
  of: { find: () => Promise<T | undefined>; create: () => Promise<T> },
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const found = await of.find();
    if (found !== undefined) return found;
    try {
      return await of.create();
    } catch (error) {
      const again =
        error instanceof AccountError && (error.inDoubt || error.codes.some((code) => TAKEN.includes(code)));
      if (!again || tried === TRIES) throw error;
      await sleep(1_000 * tried);
    }
  }
}
