import { opsRoutes } from "#contracts/routes/ops";
import type { HooxContext } from "./context.ts";
import type { MeshClient } from "./mesh-client.ts";
import type { KillSwitchReply } from "./output/kill-switch.ts";

const SETTLE_MS = 60_000;

/** Asks again until `done`, or until the time is up; answers the last reply either way. */
export async function until<Reply>(
  ask: () => Promise<Reply>,
  options: {
    done: (reply: Reply) => boolean;
    forMs: number;
    everyMs: number;
    context: Pick<HooxContext, "now" | "sleep">;
  },
): Promise<Reply> {
  const end = options.context.now().getTime() + options.forMs;
  for (;;) {
    const reply = await ask();
    if (options.done(reply) || options.context.now().getTime() >= end) return reply;
    await options.context.sleep(options.everyMs);
  }
}

/** Waits until no leg is in flight any more. */
export async function settleKillSwitch(mesh: MeshClient, context: HooxContext): Promise<KillSwitchReply> {
  return until(() => mesh.call(opsRoutes.killSwitch), {
    done: (reply) => reply.inFlight.length === 0,
    forMs: SETTLE_MS,
    everyMs: 500,
    context,
  });
}
