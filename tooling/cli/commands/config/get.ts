import { Command, Option } from "clipanion";
import { CliError } from "../../errors.ts";
import { ConfigCommand } from "./place.ts";

export class ConfigGet extends ConfigCommand {
  static override paths = [
    ["config", "get"],
    ["config", "kv", "get"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One value of the configuration in KV",
    details:
      "kv get prints it as it stands there, get indents JSON. Another place may show an older value for a minute.",
    examples: [
      ["When the summary is told", "npx hoox config get config:summary"],
      ["Does KV stop trading?", "npx hoox config kv get trade:kill_switch"],
    ],
  });
  key = Option.String({ name: "key" });

  async answer(): Promise<void> {
    const [store, { valueIn }] = await Promise.all([this.store(), import("../../config-store.ts")]);
    const value = await valueIn(store, this.key);
    if (value === undefined) {
      throw new CliError(1, `there is no ${this.key} in KV`, { hint: "what there is: npx hoox config list" });
    }
    const raw = this.path.includes("kv");
    this.reply({ key: this.key, value }, () => (raw ? value : indented(value)));
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
