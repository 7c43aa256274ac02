import type { Account, Queue } from "../../cloudflare/index.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";

const WAIT_MS = 60_000;
const EVERY_MS = 2_000;

/**
 * Deletes all messages and waits until Cloudflare says that it is done: what is sent before may be deleted with them.
 * Answers whether it came to that within a minute.
 */
export async function purgeToTheEnd(
  context: HooxContext,
  { queues }: Account,
  queue: Pick<Queue, "id" | "name">,
): Promise<boolean> {
  await queues.purge(queue);
  for (let waited = 0; waited < WAIT_MS; waited += EVERY_MS) {
    // It was begun: an answer that does not come must not keep it from being written down.
    if (await queues.isPurged(queue).catch(unknown)) return true;
    await context.sleep(EVERY_MS);
  }
  return false;
}

function unknown(error: unknown): false {
  if (error instanceof CliError) return false;
  throw error;
}
