import { relative } from "node:path";
import { Command, Option } from "clipanion";
import { HooxCommand } from "../base.ts";
import type { ExitCode } from "../errors.ts";

export class Sync extends HooxCommand {
  static override paths = [["sync"]];
  static override usage = Command.Usage({
    category: "Develop",
    description: "Write what follows from queues/registry.ts into every wrangler.jsonc",
    examples: [
      ["After a change of the registry", "npx hoox sync"],
      ["Only say whether it is needed; exits 1 if so", "npx hoox sync --check"],
    ],
  });
  check = Option.Boolean("--check", false, { description: "Write nothing; exit 1 when something differs" });

  async answer(): Promise<ExitCode> {
    const { syncAll } = await import("../../sync/sync.ts");
    const result = await syncAll({ check: this.check });
    const changed = result.changed.map((path) => relative(this.context.root, path));
    const verb = this.check ? "differs" : "written";
    this.reply({ changed }, () =>
      changed.length === 0 ? "everything is in sync" : changed.map((path) => `${verb}: ${path}`).join("\n"),
    );
    if (!this.check || changed.length === 0) return 0;
    this.note("write it with: npx hoox sync");
    return 1;
  }
}
