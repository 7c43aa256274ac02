import type { TailEvent } from "../../cloudflare/index.ts";
import { area } from "../area.ts";
import { uploadWorker } from "../worker.ts";
import { refusalOf, withinAMinute, type World } from "../world.ts";

const LINE = '{"event":"smoke.line","message":"said by a throw-away Worker"}';
const SAYS = `export default { async fetch() { console.log(${JSON.stringify(LINE)}); return new Response("said"); } };`;
const MOST_VIEWERS = 10;
const HOUR_MS = 3_600_000;

interface Fixture {
  worker: string;
  tails: string;
}

async function prepare({ call, prefix }: World): Promise<Fixture> {
  const worker = `${prefix}-tailed`;
  await uploadWorker(call, worker, SAYS);
  return { worker, tails: `/workers/scripts/${worker}/tails` };
}

/** Opens a tail, has the Worker say something, and waits for it. */
async function heard(world: World, worker: string): Promise<string> {
  const { account, context } = world;
  const subdomain = await account.workers.accountSubdomain();
  if (subdomain === undefined) throw new Error("the account has no workers.dev name, so nobody can call the Worker");
  await account.workers.setSubdomain(worker, { enabled: true, previewsEnabled: false });
  const events: TailEvent[] = [];
  const done = new AbortController();
  const tail = await account.tails.open(worker, { onEvent: (event) => events.push(event), signal: done.signal });
  const logs = (): TailEvent["logs"] => events.flatMap((event) => event.logs);
  try {
    await withinAMinute(world, async () => {
      await context.fetch(`https://${worker}.${subdomain}.workers.dev/`, { signal: AbortSignal.timeout(10_000) });
      return logs().length > 0;
    });
  } finally {
    await tail.end();
  }
  const [first] = logs();
  if (first === undefined) return "nothing within a minute";
  const isWhole = Array.isArray(first.message) && first.message[0] === LINE;
  return `${isWhole ? "one text" : JSON.stringify(first.message)}, level ${first.level}`;
}

/** Live tails. */
export const tails = area({
  name: "Tails",
  writes: true,
  prepare,
  probes: [
    {
      assumption: "a tail lives for an hour and more",
      fake: "longer than an hour",
      ask: async ({ account, context }, { worker }) => {
        const { id, expiresAt } = await account.tails.create(worker);
        await account.tails.delete(worker, id);
        return expiresAt.getTime() - context.now().getTime() > HOUR_MS ? "longer than an hour" : "an hour at most";
      },
    },
    {
      assumption: "a logged line of JSON comes as one text over `trace-v1`",
      fake: "one text, level log",
      ask: (world, { worker }) => heard(world, worker),
    },
    {
      assumption: "ten may watch a Worker",
      fake: "ten, the eleventh is 400 10057",
      ask: async ({ account, call }, { worker, tails: path }) => {
        for (let viewer = 0; viewer < MOST_VIEWERS; viewer += 1) await account.tails.create(worker);
        return `ten, the eleventh is ${await refusalOf(call("post", path, { filters: [] }))}`;
      },
    },
  ],
});
