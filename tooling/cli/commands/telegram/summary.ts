import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { count, readOptional } from "../../options.ts";

export class TelegramSummary extends MeshCommand {
  static override paths = [["telegram", "summary"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "When the day is summed up in the chat",
    details: "Daily at 20:00 UTC unless told otherwise. Without options it says when.",
    examples: [
      ["Each morning", "npx hoox telegram summary --hour 8 --time-zone Europe/Berlin"],
      ["Never", "npx hoox telegram summary --off"],
    ],
  });
  hour = Option.String("--hour", { description: "0 to 23" });
  timeZone = Option.String("--time-zone", { description: "Such as Europe/Berlin or UTC" });
  off = Option.Boolean("--off", false, { description: "No summary; --hour turns it on again" });

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { summaryConfig }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/telegram"),
    ]);
    if (this.off && this.hour !== undefined) throw usageError("--off and --hour contradict each other");
    const hour = this.hour === undefined ? undefined : count("--hour", this.hour, { min: 0, max: 23 });
    const timeZone = readOptional("--time-zone", summaryConfig.shape.timeZone.unwrap(), this.timeZone);
    const asks = !this.off && hour === undefined && timeZone === undefined;
    if (!asks) this.nameTarget(mesh.target);
    const config = asks
      ? (await mesh.call(opsRoutes.telegram)).summary
      : await mesh.call(opsRoutes.setSummary, { body: { hour, timeZone, enabled: !this.off } });
    this.reply(config, () => (config.enabled ? `daily at ${config.hour}:00 ${config.timeZone}` : "no daily summary"));
  }
}
