import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { heldElsewhere, positionsTable } from "../../output/positions.ts";

export class Positions extends MeshCommand {
  static override paths = [["positions"], ["positions", "list"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description:
      "Open positions: the ledger's beside the exchange's, entry price, profit so far, how long they are open",
    details:
      "What an exchange holds is asked for with each call, and shown in red where it is something else than the ledger knows of: then it exits 1. So is a perpetual that the ledger knows nothing of, such as one opened by hand (`onlyThere` with --json). A spot account may hold more than Hoox bought. `realised` counts since the ledger began, without fees; what an open position would earn now depends on a price that Hoox does not ask for. Exits 3 when a ledger or an exchange could not be asked and nothing differs, 0 also when nothing is open.",
    examples: [
      ["What is open", "npx hoox positions"],
      ["What was earned by symbol, closed ones included", "npx hoox positions --all"],
    ],
  });
  all = Option.Boolean("--all", false, { description: "Flat ones too, with what they earned" });
  ledgerOnly = Option.Boolean("--ledger-only", false, { description: "Do not ask the exchanges" });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const reply = await mesh.call(opsRoutes.positions, { query: this.ledgerOnly ? {} : { beside: "venue" as const } });
    this.noteProblems(reply.problems);
    const differing = reply.positions.filter((each) => each.differs === true);
    const shown = reply.positions.filter((each) => this.all || each.quantity !== "0" || each.differs === true);
    if (shown.length > 0 || this.json)
      this.reply({ ...reply, positions: shown }, () => positionsTable(shown, this.view(this.absolute)));
    if (shown.length === 0) {
      const flat = reply.positions.length > 0 ? "; what closed ones earned: npx hoox positions --all" : "";
      this.note(`no open positions${reply.problems === undefined ? "" : " where it could be asked"}${flat}`);
    }
    if (differing.length === 0) return reply.problems === undefined ? 0 : 3;
    for (const sentence of heldElsewhere(differing)) this.note(`${sentence}; nothing here closes it`);
    this.note(
      "an exchange holds something else than its ledger knows of: npx hoox orders list, then the exchange's own screen",
    );
    const { isLess } = await import("#contracts/position");
    for (const { ledger, symbol, quantity, atVenue } of differing) {
      const there = atVenue !== undefined && "quantity" in atVenue ? atVenue.quantity : quantity;
      // Of a spot coin it is too little also where other pairs need it.
      if (quantity !== "0" && (!symbol.endsWith(".P") || isLess(there, quantity)))
        this.note(`when the exchange is right: npx hoox positions reconcile ${ledger} ${symbol}`);
    }
    return 1;
  }
}
