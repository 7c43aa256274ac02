import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { isUnknown, killSwitchText } from "../../output/kill-switch.ts";

export class KillSwitchShow extends MeshCommand {
  static override paths = [["kill-switch", "show"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Whether trading is stopped, by what, and which orders are in flight",
    details: "Exits 3 when it cannot be read: entries are halted then, as if it were on.",
    examples: [["Now", "npx hoox kill-switch show"]],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const reply = await mesh.call(opsRoutes.killSwitch);
    this.reply(reply, () =>
      killSwitchText(reply, { now: this.context.now(), absolute: this.absolute, paint: this.paint }),
    );
    return isUnknown(reply) ? 3 : 0;
  }
}
