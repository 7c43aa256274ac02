import { Command, Option } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { read } from "../../options.ts";
import { RepairCommand } from "./repair.ts";

export class RepairWorker extends RepairCommand {
  static override paths = [["repair", "worker"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Deploy one Worker as it stands here, and set its crons and address",
    details:
      "Its Durable Objects, its secrets and the messages of its queues stay. It is deployed even if nothing was found.",
    examples: [["d1-worker of the account", "npx hoox repair worker d1-worker --remote --yes"]],
  });
  name = Option.String({ name: "worker" });

  async answer(): Promise<ExitCode> {
    const [{ worker }, { workerView }, { deployPlan }, { lookAt }] = await Promise.all([
      import("#contracts/ids"),
      import("../../../checks/views.ts"),
      import("../../../checks/deploy-plan.ts"),
      import("../../../checks/world/look.ts"),
    ]);
    const name = read("worker", worker, this.name);
    const place = await this.neededPlace({ local: false });
    const plan = await deployPlan(lookAt(this.context, place), name);
    return this.mend(place, workerView(name), {
      after: [{ plan, do: (hands) => hands.deploy(name) }],
    });
  }
}
