import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { usageError } from "../../errors.ts";

export class TelegramAck extends MeshCommand {
  static override paths = [["telegram", "ack"]];
  static override usage = Command.Usage({
    category: "Telegram",
    description: "Acknowledge what is critical, so that it is said no more",
    details: "Does what the button below the message does. Ids are those of npx hoox telegram show, or a request's.",
    examples: [
      ["One", "npx hoox telegram ack 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"],
      ["All that wait", "npx hoox telegram ack --all"],
    ],
  });
  id = Option.String({ name: "id", required: false });
  all = Option.Boolean("--all", false, { description: "Everything that waits" });

  async answer(): Promise<void> {
    const { id } = this;
    if ((id === undefined) === !this.all) throw usageError("name one, or say --all", "ids: npx hoox telegram show");
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    this.nameTarget(mesh.target);
    const reply = await mesh.call(opsRoutes.acknowledge, { body: id === undefined ? {} : { id } });
    this.reply(reply, () => reply.acknowledged.map((each) => `acknowledged ${each}`).join("\n") || "nothing waited");
  }
}
