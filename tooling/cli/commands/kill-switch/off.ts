import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { killSwitchText, standsText } from "../../output/kill-switch.ts";

export class KillSwitchOff extends MeshCommand {
  static override paths = [["kill-switch", "off"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Let trading go on; clears the KV keys too",
    details:
      "It ends the stop that its plan shows: one that was set meanwhile stays. Exits 1 when something still says stop: a KV key may linger for a minute or more.",
    examples: [["After the exchange is back", 'npx hoox kill-switch off --reason "maintenance is over"']],
  });
  reason = Option.String("--reason", "switched off by the operator", {
    description: "Why; it is kept in the audit log",
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const { state, unread } = await mesh.call(opsRoutes.killSwitch);
    const look = { now: this.context.now(), absolute: false, paint: this.paint };
    this.nameTarget(mesh.target);
    const ends = state.mode === "off" ? "" : `ends ${standsText(state, look)}\n  `;
    await this.confirm({
      plan: `plan: kill switch off: ${ends}entries and exits execute again, the KV keys are cleared`,
      yes: this.yes,
    });
    // What nobody could read cannot have changed since.
    const seen = unread !== undefined && state.changedAt === undefined ? {} : { ifChangedAt: state.changedAt ?? null };
    const body = { mode: "off" as const, reason: this.reason, ...seen };
    const reply = await mesh.call(opsRoutes.setKillSwitch, { body });
    this.reply(reply, () => killSwitchText(reply, look));
    return reply.effective === "off" ? 0 : 1;
  }
}
