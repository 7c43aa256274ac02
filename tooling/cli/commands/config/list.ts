import { Command, Option } from "clipanion";
import { ConfigCommand } from "./place.ts";

export class ConfigList extends ConfigCommand {
  static override paths = [
    ["config", "list"],
    ["config", "kv", "list"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "What stands in KV, and what each key is for",
    examples: [
      ["Everything", "npx hoox config list"],
      ["The strategies, for a script", "npx hoox config kv list --prefix strategy: --json"],
    ],
  });
  prefix = Option.String("--prefix", "", { description: "Only keys that begin so" });

  async answer(): Promise<void> {
    const [store, { configKeyOf }] = await Promise.all([this.store(), import("#contracts/config-keys")]);
    const entries = (await store.list(this.prefix)).map((entry) => ({
      ...entry,
      about: configKeyOf(entry.key)?.about ?? "Hoox keeps or does not read it",
    }));
    this.reply({ entries }, () =>
      entries.length === 0
        ? "KV is empty: every setting is as it comes"
        : this.table(
            [
              { title: "key", value: ({ key }) => key },
              { title: "value", value: ({ value }) => value, shrinkTo: 30 },
              { title: "", value: ({ about }) => this.paint.dim(about), shrinkTo: 20, below: true },
            ],
            entries,
          ),
    );
  }
}
