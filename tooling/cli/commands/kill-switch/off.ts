import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { killSwitchText } from "../../output/kill-switch.ts";

export class KillSwitchOff extends MeshCommand {
  static override paths = [["kill-switch", "off"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Let trading go on; clears the KV keys too",
    details: "Exits 1 when something still says stop: a KV key may linger for a minute or more.",
    examples: [["After the exchange is back", 'npx hoox kill-switch off --reason "maintenance is over"']],
  });
  reason = Option.String("--reason", "switched off by the operator", {
    description: "Why; it is kept in the audit log",
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    this.nameTarget(mesh.target);
    await this.confirm({
      plan: "plan: kill switch off: entries and exits execute again, the KV keys are cleared",
      yes: this.yes,
    });
    const reply = await mesh.call(opsRoutes.setKillSwitch, { body: { mode: "off", reason: this.reason } });
    this.reply(reply, () => killSwitchText(reply, { now: this.context.now(), absolute: false, paint: this.paint }));
    return reply.effective === "off" ? 0 : 1;
  }
}
