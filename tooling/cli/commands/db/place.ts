import { resolve } from "node:path";
import { Option } from "clipanion";
import type { Account } from "../../../cloudflare/index.ts";
import { HooxCommand } from "../../base.ts";
import { STATE } from "../../start/state-folder.ts";

/** Which database: the one on this machine below `state`, or the account's. */
export type Where = { remote: true; account: Account } | { remote: false; state: string };

/** Commands on the database itself, past every Worker. */
export abstract class DatabaseCommand extends HooxCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's database instead of the local one",
  });
  state = Option.String("--state", {
    description: `Where the local mesh keeps its state (default: the running mesh's, else ${STATE})`,
  });

  async where(): Promise<Where> {
    if (this.remote) {
      const { sameAccountAs } = await import("../../../secrets/place.ts");
      return { remote: true, account: await sameAccountAs(this.context) };
    }
    if (this.state !== undefined) return { remote: false, state: resolve(this.context.root, this.state) };
    const { localMesh } = await import("../../start/running.ts");
    return { remote: false, state: (await localMesh(this.context.root)).state };
  }

  get place(): "remote" | "local" {
    return this.remote ? "remote" : "local";
  }
}

/** The whole answer of a `--dry-run`. */
export function replyPlanned(command: HooxCommand, plan: string, document: object): void {
  command.reply({ ...document, result: "planned" }, () => `${plan}\nnothing was changed`);
}

/** Which database it is, in words: the account's, or the one below a path. */
export function placeText(where: Where): string {
  return where.remote ? `remote, account ${where.account.name}` : `local, ${where.state}`;
}
