import { Command, Option } from "clipanion";
import { strategyAlert } from "../../alert.ts";
import { MeshCommand } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { read, seconds } from "../../options.ts";
import { newKeyText } from "../../output/new-key.ts";

export class StrategyRotate extends MeshCommand {
  static override paths = [["strategy", "rotate"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "A new key for a strategy; the old one stays valid for a while",
    examples: [
      ["Time to paste the new one everywhere: 24 hours", "npx hoox strategy rotate scalper"],
      ["An hour", "npx hoox strategy rotate scalper --overlap 1h"],
      ["The old one has leaked", "npx hoox strategy rotate scalper --now --yes"],
    ],
  });
  name = Option.String({ name: "name" });
  overlap = Option.String("--overlap", { description: "How long the old key stays valid (default 24h)" });
  dropOld = Option.Boolean("--now", false, { description: "Drop the old key at once" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, { strategyName }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("#contracts/strategy"),
    ]);
    const name = read("name", strategyName, this.name);
    if (this.dropOld && this.overlap !== undefined) throw usageError("take one of --now and --overlap");
    const overlap = this.overlap ?? "24h";
    const overlapSeconds = this.dropOld ? 0 : seconds("--overlap", overlap, { min: 1, max: 2_592_000 });
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const old = this.dropOld
      ? "its old keys are refused at once: alerts that still carry one are lost"
      : `its old key stays valid for ${overlap}`;
    await this.confirm({ plan: `plan: a new key for strategy ${name}; ${old}`, yes: this.yes || !this.dropOld });
    const reply = await mesh.call(opsRoutes.rotateStrategy, { params: { name }, body: { overlapSeconds } });
    const { key, strategy } = reply;
    const alert = strategyAlert(key, strategy.defaults);
    const url = `${mesh.target.url}/webhook`;
    this.reply({ ...reply, url, alert }, () => newKeyText({ name, key, url, alert }, this.paint));
    if (reply.note !== undefined) this.note(`\n${reply.note}`);
  }
}
