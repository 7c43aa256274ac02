import { Command } from "clipanion";
import { attentionOf } from "../attention.ts";
import { MeshCommand, absoluteOption } from "../base.ts";
import type { ExitCode } from "../errors.ts";
import { statusText } from "../output/status.ts";

export class Status extends MeshCommand {
  static override paths = [["status"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "The mesh in one screen: is it well, what needs a person, what is open",
    details:
      "Exits 0 when all is well, 1 when something needs a person (a kill switch that is on, trading switched off, a position left open because no order closed it, an order in doubt, a position that its exchange holds otherwise, a lane whose head has not ended for 30 s, an open dead letter, an unread critical notification, a queue whose oldest message is over 5 minutes old, a part that could not be asked), 3 when the mesh does not answer.",
    examples: [
      ["Now", "npx hoox status"],
      ["For a script: what needs a person stands in `attention`", "npx hoox status --json"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const status = await mesh.call(opsRoutes.status);
    const view = { ...this.view(this.absolute), target: mesh.target };
    const attention = attentionOf(status, view.now);
    this.reply({ ...status, attention }, () => statusText(status, attention, view));
    return attention.length === 0 ? 0 : 1;
  }
}
