import type { HooxContext } from "../../cli/context.ts";
import { resolveTarget } from "../../cli/target.ts";
import { profileFor } from "../../deploy/gateway.ts";
import type { Place } from "../../secrets/place.ts";

/**
 * A command line on a mesh, such that it means this place's one in this terminal: typed as it stands, it would mean
 * the active profile's or the local one. Without a profile of its address, the address itself stands before it.
 */
export async function onMesh(context: HooxContext, { mesh }: Place, command: string): Promise<string> {
  if (mesh === undefined) return command;
  const { url, local } = mesh.target;
  if ((await resolveTarget(context, undefined)).url === url) return command;
  const name = local ? "local" : await profileFor(context, url);
  // HOOX_URL is stronger than --target.
  if (name === undefined || context.env["HOOX_URL"]) return `HOOX_URL=${url} ${command}`;
  return `${command} --target ${name}`;
}
