import { Command, Option } from "clipanion";
import { read } from "../../options.ts";
import type { ExitCode } from "../../errors.ts";
import { DeployCommand } from "./deploying.ts";

export class DeployWorker extends DeployCommand {
  static override paths = [["deploy"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "Deploy one Worker, with all that it needs, also when nothing has changed",
    examples: [
      ["A Worker that misbehaves, anew", "npx hoox deploy d1-worker"],
      ["What would be done", "npx hoox deploy hoox --dry-run"],
    ],
  });
  worker = Option.String({ name: "worker" });

  async answer(): Promise<ExitCode> {
    const { worker } = await import("#contracts/ids");
    const name = read("worker", worker, this.worker);
    return this.deploy({ chosen: [name], force: true, again: `npx hoox deploy ${name} --auto` });
  }
}
