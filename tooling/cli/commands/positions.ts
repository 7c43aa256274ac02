import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../base.ts";
import { positionsTable } from "../output/positions.ts";

export class Positions extends MeshCommand {
  static override paths = [["positions"], ["positions", "list"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Open positions: entry price, what they earned so far, how long they are open",
    details:
      "`realised` counts since the ledger began, without fees; what an open position would earn now depends on a price that Hoox does not ask for. Exits 0 also when nothing is open.",
    examples: [
      ["What is open", "npx hoox positions"],
      ["What was earned by symbol, closed ones included", "npx hoox positions --all"],
    ],
  });
  all = Option.Boolean("--all", false, { description: "Flat ones too, with what they earned" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const reply = await mesh.call(opsRoutes.positions);
    this.noteProblems(reply.problems);
    const shown = reply.positions.filter((each) => this.all || each.quantity !== "0");
    if (shown.length > 0 || this.json)
      this.reply({ ...reply, positions: shown }, () => positionsTable(shown, this.view(this.absolute)));
    if (shown.length === 0) {
      const flat = reply.positions.length > 0 ? "; what closed ones earned: npx hoox positions --all" : "";
      this.note(`no open positions${flat}`);
    }
  }
}
