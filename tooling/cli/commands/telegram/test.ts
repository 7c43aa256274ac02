import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { readOptional } from "../../options.ts";

export class TelegramTest extends MeshCommand {
  static override paths = [["telegram", "test"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "Send a test to the chat",
    examples: [["Does it arrive?", "npx hoox telegram test"]],
  });
  chat = Option.String("--chat", { description: "Another chat than the one that is told" });

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { chatId }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/telegram"),
    ]);
    const body = { chatId: readOptional("--chat", chatId, this.chat) };
    this.nameTarget(mesh.target);
    const reply = await mesh.call(opsRoutes.testTelegram, { body });
    this.reply(reply, () => `sent to chat ${reply.chatId}`);
  }
}
