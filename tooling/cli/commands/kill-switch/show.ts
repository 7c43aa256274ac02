import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { killSwitchText } from "../../output/kill-switch.ts";

export class KillSwitchShow extends MeshCommand {
  static override paths = [["kill-switch", "show"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Whether trading is stopped, by what, and which orders are in flight",
    examples: [["Now", "hoox kill-switch show"]],
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes")]);
    const reply = await mesh.call(opsRoutes.killSwitch);
    this.reply(reply, () =>
      killSwitchText(reply, { now: this.context.now(), absolute: this.absolute, paint: this.paint }),
    );
  }
}
