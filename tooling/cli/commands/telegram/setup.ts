import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { readOptional } from "../../options.ts";
import { setupText } from "../../output/telegram.ts";

export class TelegramSetup extends MeshCommand {
  static override paths = [["telegram", "setup"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "Find your chat, send a test to it, and let it ask",
    details:
      "Needs a bot token from @BotFather as TG_BOT_TOKEN_BINDING (locally in .dev.vars). Waits at most five minutes for somebody to open the printed link and press Start. Without a public https address the chat is told everything, but cannot ask.",
    examples: [
      ["The first time", "npx hoox telegram setup"],
      ["With a tunnel in front of the local mesh", "npx hoox telegram setup --url https://hoox.example.com"],
      ["A second chat", "npx hoox telegram setup --another"],
    ],
  });
  url = Option.String("--url", {
    description: "Public https address of the mesh (default: where this command finds it)",
  });
  code = Option.String("--code", { description: "The word behind /start (default: made up)" });
  another = Option.Boolean("--another", false, { description: "Look for a chat although there is one already" });

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { setUp }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../telegram-setup.ts"),
    ]);
    const url = readOptional("--url", opsRoutes.setTelegramWebhook.body.shape.url.unwrap(), this.url);
    const code = readOptional("--code", opsRoutes.findTelegramChat.body.shape.code, this.code);
    this.nameTarget(mesh.target);
    const done = await setUp(mesh, {
      url,
      code,
      another: this.another,
      context: this.context,
      note: (text) => this.note(text),
    });
    this.reply(done, () => setupText(done, this.paint));
  }
}
