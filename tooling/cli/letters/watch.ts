import { endedReplayStates, type ReplayJob } from "#contracts/replay";
import { opsRoutes } from "#contracts/routes/ops";
import type { View } from "../base.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { lastingConnection, stopSignal } from "../lasting.ts";
import type { MeshClient } from "../mesh-client.ts";
import { drawnInPlace } from "../output/in-place.ts";
import { passedOf, progressFrame, progressLine } from "../output/replay.ts";
import { speedometer } from "./speed.ts";

const INTERVAL_MS = 500;
/** A mesh that is away for longer is not merely restarting. */
const PATIENCE_MS = 120_000;

export interface Watched {
  id: string;
  /** Starts it, or asks for it the first time; asked again when its answer is lost. */
  begin: () => Promise<ReplayJob>;
  /** The mesh has answered before: to begin is worth more than one try. */
  connected: boolean;
}

export interface WatchOptions {
  json: boolean;
  view: View;
  print: (text: string) => void;
  note: (text: string) => void;
}

/**
 * Shows a job until it ends, and answers it as it was seen last: redrawn in place on a terminal, else a line per change.
 * The job is the mesh's own: neither Ctrl-C nor a lost connection does anything to it.
 */
export async function watchReplay(
  mesh: MeshClient,
  context: HooxContext,
  { id, begin, connected }: Watched,
  { json, view, print, note }: WatchOptions,
): Promise<ReplayJob | undefined> {
  const { signal: stop, forget } = stopSignal(context);
  const picture = json || context.screen() === undefined ? undefined : drawnInPlace(context.stdout);
  const speed = speedometer();
  let job: ReplayJob | undefined;
  let said = "";

  const show = (seen: ReplayJob): void => {
    const now = context.now();
    const perSecond = speed.at(now, passedOf(seen));
    const columns = context.screen()?.columns ?? view.columns;
    if (picture !== undefined) return picture.draw(progressFrame(seen, perSecond, { ...view, now, columns }));
    const document = JSON.stringify({ replay: seen });
    if (document !== said) print(json ? document : progressLine(seen, { now, paint: view.paint }));
    said = document;
  };
  const besidePicture = (text: string): void => {
    picture?.clear();
    note(text);
    if (job !== undefined) show(job);
  };
  const connection = lastingConnection(context, {
    stop,
    retry: true,
    connected,
    patienceMs: PATIENCE_MS,
    note: besidePicture,
  });
  const look = async (): Promise<ReplayJob> =>
    (await mesh.call(opsRoutes.replay, { params: { id }, signal: stop })).replay;

  try {
    for (;;) {
      const seen = await connection.ask(job === undefined ? begin : look);
      if (seen === undefined) return job;
      job = seen;
      show(job);
      if (endedReplayStates.includes(job.state)) return job;
      await connection.pause(INTERVAL_MS);
    }
  } catch (error) {
    if (!(error instanceof CliError && error.passing) || !(connected || job !== undefined)) throw error;
    const hint = `the mesh goes on without this terminal; look again: npx hoox dlq replay status ${id} --watch`;
    throw new CliError(3, `lost sight of replay ${id}: ${error.message}`, { hint, cause: error });
  } finally {
    forget();
    picture?.clear();
  }
}
