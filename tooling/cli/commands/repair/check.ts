import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { DiagnosisCommand } from "../check/view.ts";

export class RepairCheck extends DiagnosisCommand {
  static override paths = [["repair", "check"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "What there is to mend, and which repair does it; the same as doctor",
    details: "Changes nothing. Exits 1 when it finds something, 3 when it could not look everywhere.",
    examples: [
      ["This machine or the active profile", "npx hoox repair check"],
      ["The account", "npx hoox repair check --remote"],
    ],
  });

  async answer(): Promise<ExitCode> {
    return this.show(undefined);
  }
}
