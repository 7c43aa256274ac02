import { Command, Option } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { ConfigChange } from "./place.ts";

export class ConfigDelete extends ConfigChange {
  static override paths = [["config", "kv", "delete"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Take a key out of KV",
    details: "What it said is then as it comes: no stop, no further chats, the summary at its usual hour.",
    examples: [["A stop that somebody left in KV", "npx hoox config kv delete global:kill_switch --wait"]],
  });
  key = Option.String({ name: "key" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const store = await this.store();
    this.note(`target: ${store.where}`);
    const plan = `plan: delete ${this.key} from KV`;
    if (!this.dryRun) {
      await this.confirm({ plan, yes: this.yes });
      return this.change(store, this.key, undefined);
    }
    this.reply({ key: this.key, result: "planned" }, () => `${plan}\nnothing was changed`);
    return 0;
  }
}
