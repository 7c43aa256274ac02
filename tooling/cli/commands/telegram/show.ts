import { Command } from "clipanion";
import { absoluteOption, MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { telegramText } from "../../output/telegram.ts";

export class TelegramShow extends MeshCommand {
  static override paths = [["telegram", "show"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "The bot, who is told and may ask, and what nobody has acknowledged",
    details: "Exits 1 while something critical waits for an acknowledgement.",
    examples: [["Now", "npx hoox telegram show"]],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const status = await mesh.call(opsRoutes.telegram);
    const view = { now: this.context.now(), absolute: this.absolute, paint: this.paint };
    this.reply(status, () => telegramText(status, view));
    return status.unacknowledged.length > 0 ? 1 : 0;
  }
}
