import { PlaceCommand } from "../../place-command.ts";
import type { ExitCode } from "../../errors.ts";

/** Commands on the secrets of the Workers: those of this machine, or of an account. */
export abstract class SecretsCommand extends PlaceCommand {
  /** The whole answer of a `--dry-run`. */
  planned(plan: { name: string; workers: readonly string[] }): ExitCode {
    this.reply({ result: "planned", ...plan }, () => "nothing was changed");
    return 0;
  }
}
