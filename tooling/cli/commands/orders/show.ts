import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { read } from "../../options.ts";
import { orderText } from "../../output/order.ts";

export class OrdersShow extends MeshCommand {
  static override paths = [["orders", "show"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One alert: what it asked for, how it ended and why, its orders and fills",
    details: "Exits 1 when nothing is known of it.",
    examples: [["By its request id", "npx hoox orders show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"]],
  });
  requestId = Option.String({ name: "requestId" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [ids, { follow, unknownRequest }] = await Promise.all([import("#contracts/ids"), import("../../trace.ts")]);
    const requestId = read("requestId", ids.requestId, this.requestId.trim().toLowerCase());
    const mesh = await this.mesh();
    const story = await follow(mesh, requestId, { wait: false, context: this.context });
    if (story === undefined) throw unknownRequest(mesh.target.url, requestId);
    const { signal, ledger, orders, fills, duplicates = [], problems } = story.trace;
    this.noteProblems(problems);
    const { outcome, reason } = story;
    this.reply({ requestId, outcome, reason, signal, ledger, orders, fills, duplicates }, () =>
      orderText(story, this.view(this.absolute)),
    );
    if (!this.json) this.note(`\nits way, step by step: npx hoox trace ${requestId}`);
  }
}
