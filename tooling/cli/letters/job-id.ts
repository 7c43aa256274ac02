import * as z from "zod";
import { endedReplayStates } from "#contracts/replay";
import { opsRoutes } from "#contracts/routes/ops";
import { CliError, usageError } from "../errors.ts";
import type { MeshClient } from "../mesh-client.ts";
import { read } from "../options.ts";

/** The job that is meant: that of this id, else the only one that has not ended. */
export async function jobId(mesh: MeshClient, given: string | undefined): Promise<string> {
  if (given !== undefined) return read("id", z.uuid(), given.trim().toLowerCase());
  const { replays } = await mesh.call(opsRoutes.replays, { query: { limit: "100" } });
  const going = replays.filter((each) => !endedReplayStates.includes(each.state));
  const [only] = going;
  if (only === undefined)
    throw new CliError(1, "no replay is going on", { hint: "those that have ended: npx hoox dlq replay status" });
  if (going.length === 1) return only.id;
  throw usageError(`which one? ${going.length} replays are going on`, going.map((each) => each.id).join("\n"));
}
