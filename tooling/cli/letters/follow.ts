import { endedReplayStates, type ReplayJob } from "#contracts/replay";
import type { MeshCommand } from "../base.ts";
import type { MeshClient } from "../mesh-client.ts";
import { jobText } from "../output/replay.ts";
import { watchReplay, type Watched } from "./watch.ts";

/** Watches a job for a command and says how it ended: 0 when every letter was executed, else 1. */
export async function followReplay(command: MeshCommand, mesh: MeshClient, watched: Watched): Promise<0 | 1> {
  const { json, context } = command;
  const view = command.view(false);
  const [print, note] = [(text: string) => command.print(text), (text: string) => command.note(text)];
  const job = await watchReplay(mesh, context, watched, { json, view, print, note });
  if (job === undefined || !endedReplayStates.includes(job.state)) {
    note(`\nthe replay goes on in the mesh; look again: npx hoox dlq replay status ${watched.id} --watch`);
    note(`to end it: npx hoox dlq replay cancel ${watched.id}`);
    return 1;
  }
  if (!json) print(jobText(job, { ...view, now: context.now() }));
  for (const line of json ? [] : nextSteps(job)) note(line);
  return isWhole(job) ? 0 : 1;
}

/** Every letter was executed, and none of them has died again. */
function isWhole({ state, counts }: ReplayJob): boolean {
  return state === "done" && counts.sent === counts.total && counts.diedAgain === 0;
}

function nextSteps({ id, counts }: ReplayJob): string[] {
  return [
    ...(counts.skipped + counts.failed > 0 ? [`why letters were not executed: npx hoox dlq replay status ${id}`] : []),
    ...(counts.sent > counts.resolved + counts.diedAgain
      ? ["what has not succeeded yet: npx hoox dlq list --status replayed"]
      : []),
    ...(counts.diedAgain > 0 ? ["what died again: npx hoox dlq group"] : []),
  ];
}
