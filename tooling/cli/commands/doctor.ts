import { Command } from "clipanion";
import type { ExitCode } from "../errors.ts";
import { DiagnosisCommand } from "./check/view.ts";

export class Doctor extends DiagnosisCommand {
  static override paths = [["doctor"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Everything that can be checked, the worst first, each with the command that mends it",
    details: "Changes nothing. Exits 1 when it finds something, 3 when it could not look everywhere.",
    examples: [
      ["This machine or the active profile", "npx hoox doctor"],
      ["The account", "npx hoox doctor --remote"],
      ["For a monitor", "npx hoox doctor --remote --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    return this.show(undefined);
  }
}
