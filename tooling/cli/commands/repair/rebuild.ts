import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { RepairCommand } from "./repair.ts";

export class RepairRebuild extends RepairCommand {
  static override paths = [["repair", "rebuild"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Mend everything that can be mended, and deploy all Workers anew",
    details:
      "Deletes neither the database nor ledgers nor queues, and notes a bookmark of the database first. Refuses while positions or orders are open or in doubt, and when nobody can tell.",
    examples: [
      ["What would be done", "npx hoox repair rebuild --remote --dry-run"],
      ["Do it", "npx hoox repair rebuild --remote --yes"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const [{ refuseWhileTrading }, { rebuildSteps }, { everything }, { lookAt }] = await Promise.all([
      import("../../../checks/guard.ts"),
      import("../../../checks/rebuild.ts"),
      import("../../../checks/diagnose.ts"),
      import("../../../checks/world/look.ts"),
    ]);
    const place = await this.neededPlace({ local: false });
    const world = lookAt(this.context, place);
    await refuseWhileTrading(world);
    const steps = await rebuildSteps(world, (line) => this.note(line));
    const ready = (): Promise<void> => refuseWhileTrading(lookAt(this.context, place));
    return this.mend(place, everything, { ...steps, ready });
  }
}
