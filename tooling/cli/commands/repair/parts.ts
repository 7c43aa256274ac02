import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { RepairCommand } from "./repair.ts";

const category = "Mend";

export class RepairInfra extends RepairCommand {
  static override paths = [["repair", "infra"]];
  static override usage = Command.Usage({
    category,
    description: "Create the database, KV namespace, bucket and queues that the account lacks",
    examples: [
      ["What would be done", "npx hoox repair infra --remote --dry-run"],
      ["Do it", "npx hoox repair infra --remote --yes"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: false }), repairViews.infra);
  }
}

export class RepairSecrets extends RepairCommand {
  static override paths = [["repair", "secrets"]];
  static override usage = Command.Usage({
    category,
    description: "Give every Worker the secrets that it lacks, and all the same value of shared ones",
    details:
      "A value comes from what this machine set before, from this terminal, or is made up where only the Workers need to know it; calls between them are refused for seconds. What nobody here knows is asked for: npx hoox secrets set.",
    examples: [
      ["The account's", "npx hoox repair secrets --remote --yes"],
      ["This machine's .dev.vars", "npx hoox repair secrets"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: true }), repairViews.secrets);
  }
}

export class RepairKv extends RepairCommand {
  static override paths = [["repair", "kv"]];
  static override usage = Command.Usage({
    category,
    description: "Create the KV namespace if it is missing, and wait until the mesh sees what stands there",
    details: "KV is eventually consistent: a write shows elsewhere after 60 s or more.",
    examples: [["The account's", "npx hoox repair kv --remote --yes"]],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: true }), repairViews.kv);
  }
}

export class RepairDb extends RepairCommand {
  static override paths = [["repair", "db"]];
  static override usage = Command.Usage({
    category,
    description: "Create the database if it is missing, and run its pending migrations",
    details: "Nothing is ever deleted. Of the account, a bookmark to come back to is noted first.",
    examples: [
      ["This machine's", "npx hoox repair db --yes"],
      ["The account's", "npx hoox repair db --remote --yes"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const { repairViews } = await import("../../../checks/views.ts");
    return this.mend(await this.neededPlace({ local: true }), repairViews.db);
  }
}
