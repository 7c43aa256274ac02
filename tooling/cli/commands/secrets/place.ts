import { Option } from "clipanion";
import type { Place } from "../../../secrets/place.ts";
import { HooxCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";

/** Commands on the secrets of the Workers: those of this machine, or of an account. */
export abstract class SecretsCommand extends HooxCommand {
  target = Option.String("--target", { description: "The profile of the mesh whose secrets are meant" });
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's Workers, also where no profile is active",
  });

  async place(): Promise<Place> {
    const { findPlace } = await import("../../../secrets/place.ts");
    return findPlace(this.context, { target: this.target, remote: this.remote });
  }

  /** Every changing command says first what it is about to change. */
  namePlace({ local, account, mesh }: Place): void {
    if (local) return this.note("target: local (.dev.vars)");
    const where = [account && `account ${account.name}`, mesh?.target.url].filter(Boolean).join(", ");
    this.note(`target: ${mesh?.target.name ?? "remote"} (${where})`);
  }

  /** The whole answer of a `--dry-run`. */
  planned(plan: { name: string; workers: readonly string[] }): ExitCode {
    this.reply({ result: "planned", ...plan }, () => "nothing was changed");
    return 0;
  }
}
