import { CliError } from "../cli/errors.ts";
import { found, type Check } from "./check.ts";
import { deployPlan } from "./deploy-plan.ts";
import type { Hands } from "./hands.ts";
import { lookAt } from "./world/look.ts";
import type { World } from "./world/world.ts";

/** It runs each minute; d1-worker tells the chat after as long. */
const SILENT_MS = 5 * 60_000;
const MONITOR = "ops-worker";

export const monitor: Check = {
  id: "monitor",
  places: ["local", "remote"],
  async diagnose(world) {
    // Who runs a local mesh by other means than npm start fires its crons, or does not, as they like.
    if (world.local && (await world.machine.running()) === undefined) return [];
    const [ran, startedAt] = await Promise.all([world.mesh.monitorRan(), startedIn(world)]);
    // One that has just begun had no time to run yet.
    const last = Math.max(ran?.getTime() ?? 0, startedAt?.getTime() ?? 0);
    const now = (await world.now()).getTime();
    const silentMs = now - last;
    if (silentMs < SILENT_MS) return [];
    const minutes = Math.floor((now - (ran?.getTime() ?? 0)) / 60_000);
    const plan = `${await deployPlan(world, MONITOR)}; wait for its cron`;
    const since = ran === undefined ? "has never run" : `has not run for ${minutes} min`;
    return [
      found({
        what: `the minute cron of ${MONITOR} ${since}`,
        why: "trading goes on; ledgers whose alarm died are not woken, nothing critical is said again",
        which: MONITOR,
        worker: MONITOR,
        severity: "harms",
        next: world.local ? "restart npm start, which fires it" : `npx hoox repair worker ${MONITOR}${world.flag}`,
        ...(world.local ? {} : { mend: { plan, do: revive } }),
      }),
    ];
  },
};

async function startedIn({ local, machine, account }: World): Promise<Date | undefined> {
  if (local) return (await machine.running())?.startedAt;
  return account.modifiedAt(MONITOR).catch(() => undefined);
}

/** A cron that was set anew may take minutes to run first. */
const WAIT_MS = 3 * 60_000;
const EVERY_MS = 10_000;

async function revive(hands: Hands): Promise<void> {
  const { context, place } = hands;
  const { readWanted } = await import("../deploy/wanted.ts");
  const crons = (await readWanted()).workers.find(({ name }) => name === MONITOR)?.crons ?? [];
  await hands.deploy(MONITOR);
  await (await hands.account()).workers.setCrons(MONITOR, crons);
  const from = context.now().getTime();
  while (context.now().getTime() - from < WAIT_MS) {
    const world = lookAt(context, place);
    const ran = await world.mesh.monitorRan();
    if (ran !== undefined && (await world.now()).getTime() - ran.getTime() < SILENT_MS) return;
    await context.sleep(EVERY_MS);
  }
  const logs = await lookAt(context, place).onMesh("npx hoox logs query --worker ops-worker --since 10m");
  throw new CliError(1, `the cron of ${MONITOR} has not run since`, { hint: `see what it says: ${logs}` });
}
