import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { RepairCommand } from "../repair/repair.ts";

export class QueuesApply extends RepairCommand {
  static override paths = [["queues", "apply"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Make the account's queues, their consumers and settings equal to the registry",
    details:
      "Plans, asks, does, and looks again; does nothing when all is equal. No message is deleted, and a queue that somebody paused stays paused (npx hoox queues resume). The local mesh makes its queues anew from the registry with each start.",
    examples: [
      ["What would be done", "npx hoox queues apply --remote --dry-run"],
      ["Do it", "npx hoox queues apply --remote --yes"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const { queuesApplied } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: false }), queuesApplied);
  }
}
