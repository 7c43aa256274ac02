import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { ConfigCommand } from "./place.ts";

export class ConfigValidate extends ConfigCommand {
  static override paths = [["config", "validate"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether everything in KV that Hoox reads can be read",
    details:
      "Exits 1 when a value does not fit its key, or when limits or a strategy stand under a key that nobody reads.",
    examples: [
      ["All of it", "npx hoox config validate"],
      ["For a monitor", "npx hoox config validate --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const [store, { configKeyOf, entryProblem }] = await Promise.all([this.store(), import("#contracts/config-keys")]);
    const entries = (await store.list("")).map(({ key, value }) => {
      const problem = entryProblem({ key, value });
      return problem === undefined ? { key, fits: true } : { key, fits: false, problem };
    });
    const wrong = entries.filter(({ fits }) => !fits);
    this.reply({ result: wrong.length === 0 ? "ok" : "wrong", entries }, () =>
      wrong.length === 0
        ? this.paint.good(`${entries.length} keys, all can be read`)
        : wrong.map(({ key, problem }) => `${this.paint.bad(key)}: ${problem}`).join("\n"),
    );
    for (const { key } of wrong) {
      const command = configKeyOf(key)?.command;
      this.note(`mend it: ${command === undefined ? "" : `${command}, or: `}npx hoox config kv delete ${key}`);
    }
    return wrong.length === 0 ? 0 : 1;
  }
}
