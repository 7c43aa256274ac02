import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { read } from "../../options.ts";

export class StrategyRemove extends MeshCommand {
  static override paths = [
    ["strategy", "remove"],
    ["strategy", "rm"],
  ];
  static override usage = Command.Usage({
    category: "Run it",
    description: "Remove a strategy: its keys are refused, its history stays",
    details: "Positions and orders stay as they are. For default it takes its settings away; its key goes on working.",
    examples: [["For good", "npx hoox strategy remove scalper --yes"]],
  });
  name = Option.String({ name: "name" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, { DEFAULT_STRATEGY, strategyName }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("#contracts/strategy"),
    ]);
    const name = read("name", strategyName, this.name);
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const what =
      name === DEFAULT_STRATEGY
        ? "take away what is set for strategy default: no limits, the gateway's own account and venue"
        : `remove strategy ${name}: alerts with its keys are refused with 401, exits too; positions, orders and history stay`;
    await this.confirm({ plan: `plan: ${what}`, yes: this.yes });
    const reply = await mesh.call(opsRoutes.removeStrategy, { params: { name } });
    this.reply(reply, () => `removed: ${name}`);
    if (reply.note !== undefined) this.note(reply.note);
  }
}
