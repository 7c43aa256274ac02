import { Command, Option } from "clipanion";
import { usageError, type ExitCode } from "../../errors.ts";
import { ConfigChange } from "./place.ts";

export class ConfigSet extends ConfigChange {
  static override paths = [
    ["config", "set"],
    ["config", "kv", "set"],
  ];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Write a value into KV, if it fits the key",
    details:
      "KV is eventually consistent: other places see a change after 60 s or more. --wait asks the mesh until it does. The kill switch does not depend on it: its authority is a Durable Object, and KV can only stop, never start. limits:<account>:<venue> takes symbols, maxPosition, maxOpenPositions, ordersPerMinute, priceBandPercent, and in money maxNotional, maxPositionNotional and maxDailyLoss, which are in dollars unless currency says another, such as BTC; with one of these, symbols that trade in another currency are not entered. Each entry is judged by them when it is sent, a replayed one too, exits never. set takes keys that Hoox reads, kv set any.",
    examples: [
      ["The daily summary at seven", `npx hoox config set config:summary '{"hour":7}' --reason "earlier"`],
      [
        "What an account allows of every entry",
        `npx hoox config set limits:main:paper '{"maxPositionNotional":"2000","maxDailyLoss":"250"}'`,
      ],
      [
        "Take a stop away that stands in KV, and wait until the mesh sees it",
        "npx hoox config kv set trade:kill_switch false --wait",
      ],
    ],
  });
  key = Option.String({ name: "key" });
  value = Option.String({ name: "value" });

  async answer(): Promise<ExitCode> {
    const { configKeyOf, configKeys, entryProblem } = await import("#contracts/config-keys");
    const known = configKeyOf(this.key);
    const problem = entryProblem(this);
    if (problem !== undefined) {
      throw usageError(`${this.key}: ${problem}`, known && `better: ${known.command} --help`);
    }
    if (known === undefined && !this.path.includes("kv")) {
      const names = configKeys.map(({ key }) => key).join(", ");
      throw usageError(
        `Hoox reads no key "${this.key}"`,
        `it takes one of ${names}; any other: npx hoox config kv set`,
      );
    }
    const store = await this.store();
    this.note(`target: ${store.where}`);
    if (!this.dryRun) return this.change(store, this.key, this.value);
    const { valueIn } = await import("../../config-store.ts");
    const before = await valueIn(store, this.key);
    this.reply({ key: this.key, result: "planned", before: before ?? null, value: this.value }, () =>
      [`plan: set ${this.key} to ${this.value}`, `before: ${before ?? "not set"}`, "nothing was changed"].join("\n"),
    );
    return 0;
  }
}
