import { Command, Option } from "clipanion";
import { read } from "../../options.ts";
import type { ExitCode } from "../../errors.ts";
import { DeployCommand } from "./deploying.ts";

export class DeployAll extends DeployCommand {
  static override paths = [["deploy", "all"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "Bring the whole mesh onto your Cloudflare account: what is missing or has changed, nothing else",
    details:
      "Looks first, at the token too, and shows the plan: queues, database and migrations, KV, R2, then each Worker behind those that it is bound to, and its health. It stops at the first failure; run again, it goes on where it stopped. Keys that are missing are made up and noted in the mesh's profile.",
    examples: [
      ["What would be done", "npx hoox deploy all --dry-run"],
      ["Without a question, for an empty account or an emergency", "npx hoox deploy all --auto"],
      ["Two Workers", "npx hoox deploy all --only d1-worker,hoox"],
    ],
  });
  only = Option.String("--only", { description: "These Workers alone, separated by commas" });

  async answer(): Promise<ExitCode> {
    const { worker, workers } = await import("#contracts/ids");
    const only = this.only?.split(",").map((name) => read("--only", worker, name.trim()));
    const flags = [...(this.only === undefined ? [] : [`--only ${this.only}`]), "--auto"];
    return this.deploy({ chosen: only ?? workers, force: false, again: `npx hoox deploy all ${flags.join(" ")}` });
  }
}
