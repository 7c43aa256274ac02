import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { read } from "../../options.ts";

abstract class ChangeChat extends MeshCommand {
  chat = Option.String({ name: "chat" });
  abstract present: boolean;

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { chatId }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/telegram"),
    ]);
    const body = { chatId: read("chat", chatId, this.chat), present: this.present };
    this.nameTarget(mesh.target);
    const reply = await mesh.call(opsRoutes.setTelegramChat, { body });
    const names = reply.chats.map((each) => each.chatId).join(", ");
    this.reply(reply, () => `chats that may ask, beside TELEGRAM_CHAT_ID_DEFAULT: ${names || "none"}`);
    if (reply.note !== undefined) this.note(reply.note);
  }
}

export class TelegramAdd extends ChangeChat {
  static override paths = [["telegram", "add"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "Let a chat ask; the first one is told, too",
    details: "It takes up to a minute until every location knows. npx hoox telegram setup finds out the id.",
    examples: [["A group", "npx hoox telegram add -- -1001234567890"]],
  });
  present = true;
}

export class TelegramRemove extends ChangeChat {
  static override paths = [["telegram", "remove"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "Let a chat ask no more",
    details: "It takes up to a minute until every location knows.",
    examples: [["A chat", "npx hoox telegram remove 4242"]],
  });
  present = false;
}
