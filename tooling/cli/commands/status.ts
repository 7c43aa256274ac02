import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../base.ts";
import { statusText } from "../output/status.ts";

export class Status extends MeshCommand {
  static override paths = [["status"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "The mesh in one screen: kill switch, positions, orders, queues, dead letters",
    examples: [
      ["Now", "npx hoox status"],
      ["For a script", "npx hoox status --json"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes")]);
    const status = await mesh.call(opsRoutes.status);
    const { paint, context } = this;
    const view = { now: context.now(), absolute: this.absolute, paint, columns: context.columns, target: mesh.target };
    this.reply(status, () => statusText(status, view));
  }
}
