import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { RepairCommand } from "./repair.ts";

const category = "Mend";

export class RepairQueues extends RepairCommand {
  static override paths = [["repair", "queues"]];
  static override usage = Command.Usage({
    category,
    description: "Bring queues, consumers, batches, retries and retention to what the registry says",
    details: "Paused delivery is resumed, a pull consumer left over is removed. No message is deleted.",
    examples: [
      ["What would be done", "npx hoox repair queues --remote --dry-run"],
      ["Do it", "npx hoox repair queues --remote --yes"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: false }), repairViews.queues);
  }
}

export class RepairDlq extends RepairCommand {
  static override paths = [["repair", "dlq"]];
  static override usage = Command.Usage({
    category,
    description: "The same for the dead-letter queues, and what is to be decided about open dead letters",
    details: "It replays and discards nothing: npx hoox dlq plan says what a replay would do.",
    examples: [["The account's", "npx hoox repair dlq --remote --yes"]],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: true }), repairViews.dlq);
  }
}
