import { resolve } from "node:path";
import { Option } from "clipanion";
import { HooxCommand } from "../../base.ts";
import type { Where } from "../../migrations.ts";
import { STATE } from "../../start/state-folder.ts";

/** Commands on the database itself, past every Worker: wrangler does the work. */
export abstract class DatabaseCommand extends HooxCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's database instead of the local one",
  });
  state = Option.String("--state", {
    description: `Where the local mesh keeps its state (default: the running mesh's, else ${STATE})`,
  });

  async where(): Promise<Where> {
    if (this.remote) return { remote: true };
    if (this.state !== undefined) return { remote: false, state: resolve(this.context.root, this.state) };
    const { localMesh } = await import("../../start/running.ts");
    return { remote: false, state: (await localMesh(this.context.root)).state };
  }

  get place(): "remote" | "local" {
    return this.remote ? "remote" : "local";
  }
}

/** Which database it is, in words: the account's, or the one below a path. */
export function placeText(where: Where): string {
  return where.remote ? "remote" : `local, ${where.state}`;
}
