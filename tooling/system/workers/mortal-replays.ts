import real from "../../../services/ops-worker/src/index.ts";
import { ReplayJobs as RealReplayJobs } from "../../../services/ops-worker/src/replays/replay-jobs.ts";

interface Env {
  REPLAY_JOBS: { getByName(name: string): ReplayJobs };
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
    if (pathname === "/ops/test/life") return Response.json(await env.REPLAY_JOBS.getByName("global").life());
    if (pathname !== "/ops/test/die") return real.fetch(request, env, ctx);
    await env.REPLAY_JOBS.getByName("global")
      .die()
      .catch(() => undefined);
    return Response.json("dead");
  },
};
