import { resolve } from "node:path";
import { Option } from "clipanion";
import { HooxCommand } from "../../base.ts";
import type { Where } from "../../migrations.ts";
import { STATE } from "../../start/mesh-file.ts";

/** Commands on the database itself, past every Worker: wrangler does the work. */
export abstract class DatabaseCommand extends HooxCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's database instead of the local one",
  });
  state = Option.String("--state", STATE, { description: `Where the local mesh keeps its state (default ${STATE})` });

  get where(): Where {
    return this.remote ? { remote: true } : { remote: false, state: resolve(this.context.root, this.state) };
  }

  get place(): string {
    return this.remote ? "remote" : "local";
  }
}
