import real from "../../../services/ops-worker/src/index.ts";
export { QueueWatch } from "../../../services/ops-worker/src/watch/queue-watch.ts";
import { ReplayJobs as RealReplayJobs } from "../../../services/ops-worker/src/replays/replay-jobs.ts";

interface Env {
  REPLAY_JOBS: { getByName(name: string): ReplayJobs };
  [queue: string]: unknown;
}

interface Queue {
  sendBatch(messages: { body: unknown }[]): Promise<unknown>;
}

/** The real one, which a test can kill in the middle of what it does. */
export class ReplayJobs extends RealReplayJobs {
  readonly #life = crypto.randomUUID();

  async life(): Promise<string> {
    return this.#life;
  }

  async die(): Promise<void> {
    this.ctx.abort("killed by a test");
  }
}

export default {
  ...real,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    const jobs = env.REPLAY_JOBS.getByName("global");
    switch (pathname) {
      case "/ops/test/life":
        return Response.json(await jobs.life());
      case "/ops/test/die":
        await jobs.die().catch(() => undefined);
        return Response.json("dead");
      case "/ops/test/send": {
        // A test that used the bindings itself would stand still, and workerd at work needs it to log.
        const { queue, bodies } = (await request.json()) as { queue: string; bodies: unknown[] };
        await (env[queue] as Queue).sendBatch(bodies.map((body) => ({ body })));
        return Response.json("sent");
      }
      default:
        return real.fetch(request, env, ctx);
    }
  },
};
