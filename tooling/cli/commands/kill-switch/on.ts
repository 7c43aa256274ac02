import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { usageError, type ExitCode } from "../../errors.ts";
import { read } from "../../options.ts";
import { killSwitchText, meaningOf } from "../../output/kill-switch.ts";

export class KillSwitchOn extends MeshCommand {
  static override paths = [["kill-switch", "on"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Stop trading now",
    details: "Mode entries (the default) still lets exits through; mode all stops everything but protective orders.",
    examples: [
      ["Open nothing new", 'npx hoox kill-switch on --reason "exchange maintenance"'],
      [
        "Stop everything, cancel what rests, wait for what is in flight",
        'npx hoox kill-switch on --mode all --cancel-entries --wait --yes --reason "runaway strategy"',
      ],
    ],
  });
  mode = Option.String("--mode", "entries", { description: "entries (default) or all" });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log", required: true });
  cancelEntries = Option.Boolean("--cancel-entries", false, {
    description: "Also cancel entries that rest at a venue",
  });
  wait = Option.Boolean("--wait", false, { description: "Wait, at most a minute, until nothing is in flight" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { killSwitchMode }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/kill-switch"),
    ]);
    const mode = read("--mode", killSwitchMode.exclude(["off"]), this.mode);
    if (this.reason.trim() === "") throw usageError("--reason must say something");
    this.nameTarget(mesh.target);
    const resting = this.cancelEntries ? "; entries resting at a venue are cancelled" : "";
    await this.confirm({ plan: `plan: kill switch ${mode}: ${meaningOf(mode)}${resting}`, yes: this.yes });
    const body = { mode, reason: this.reason, cancelEntries: this.cancelEntries };
    const set = await mesh.call(opsRoutes.setKillSwitch, { body });
    const settled = this.wait ? await (await import("../../wait.ts")).settleKillSwitch(mesh, this.context) : set;
    // The later look knows nothing of what the change itself set off.
    const reply = { ...settled, cancelling: set.cancelling, note: set.note };
    this.reply(reply, () => killSwitchText(reply, { now: this.context.now(), absolute: false, paint: this.paint }));
    return this.wait && reply.inFlight.length > 0 ? 1 : 0;
  }
}
