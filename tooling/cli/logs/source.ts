import { findPlace } from "../../secrets/place.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { lastingConnection } from "../lasting.ts";
import { connectTo, type MeshClient } from "../mesh-client.ts";
import { resolveTarget } from "../target.ts";
import { filterText, type LogFilter } from "./filter.ts";
import type { TailRow } from "./remote-tail.ts";
import { tailLogs } from "./tail.ts";

export interface Wanted {
  filter: LogFilter;
  follow: boolean;
  retry: boolean;
  target: string | undefined;
  remote: boolean;
  stop: AbortSignal;
  note: (text: string) => void;
}

/** Where the lines come from: a mesh on an account is tailed live, any other one and what is stored through `/ops`. */
export async function logSource(context: HooxContext, wanted: Wanted): Promise<AsyncIterable<TailRow[]>> {
  const { filter, follow, retry, note, stop } = wanted;
  const target = await resolveTarget(context, wanted.target);
  const said = `${filterText(filter)}${follow ? "; Ctrl-C ends" : ""}`;
  if (wanted.remote || (follow && !target.local)) {
    const { name, mesh, account, problems } = await findPlace(context, wanted);
    note(`${name} (${mesh?.target.url ?? `account ${account?.name}`}): ${said}`);
    if (follow) {
      const { remoteTail } = await import("./remote-tail.ts");
      return remoteTail(context, { ...wanted, mesh, account, problems });
    }
    if (mesh !== undefined) return stored(mesh);
    throw new CliError(2, problems.join("; "));
  }
  note(`${target.name} (${target.url}): ${said}`);
  return stored(connectTo(context, target));

  function stored(mesh: MeshClient): AsyncIterable<TailRow[]> {
    const connection = lastingConnection(context, { stop, retry, note, resumes: "no line is left out" });
    return tailLogs(mesh, { filter, follow, connection, stop });
  }
}
