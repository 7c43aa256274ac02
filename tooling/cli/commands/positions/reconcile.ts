import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { CliError, usageError } from "../../errors.ts";
import { read, readOptional } from "../../options.ts";

const AGAIN = "look again when that is done: npx hoox positions";

export class PositionsReconcile extends MeshCommand {
  static override paths = [["positions", "reconcile"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Make the ledger say what the exchange holds, after a liquidation or a close by hand",
    details:
      "It asks the exchange now, shows it beside the ledger, and books the difference at your price: nothing is traded. Without --price and --reason it only shows both and what it would book, and exits 1 when they differ. It only makes the ledger's position smaller; more than the ledger knows of is closed by hand at the exchange. Stops that guarded it are taken off. Exits 1 when nothing may be booked, such as while an order of the symbol is under way, and says why; 3 when the exchange cannot be asked.",
    examples: [
      ["What differs, and what would be booked", "npx hoox positions reconcile main:binance-usdm BTCUSDT.P"],
      [
        "It was liquidated at 61000",
        'npx hoox positions reconcile main:binance-usdm BTCUSDT.P --price 61000 --reason "liquidated" --yes',
      ],
    ],
  });
  ledger = Option.String({ name: "ledger" });
  symbol = Option.String({ name: "symbol" });
  price = Option.String("--price", {
    description: "At which average price it was closed there: by it the profit counts",
  });
  reason = Option.String("--reason", { description: "Why you know; it is kept in the audit log" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, ids, { bookedText, differenceLines, differenceText, reconcilePlan }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("#contracts/ids"),
      import("../../output/reconcile.ts"),
    ]);
    const place = {
      ledger: read("ledger", ids.ledgerName, this.ledger.trim().toLowerCase()),
      symbol: read("symbol", ids.symbol, this.symbol.trim().toUpperCase()),
    };
    const price = readOptional("--price", opsRoutes.reconcilePosition.body.shape.price, this.price);
    if (this.reason?.trim() === "") throw usageError("--reason must say something");
    const mesh = await this.mesh();
    const difference = await mesh.call(opsRoutes.positionDifference, { query: place });
    const { here, held, agrees, books, why } = difference;
    const looks = price === undefined && this.reason === undefined;
    if (looks || books === undefined) {
      this.reply(difference, () => differenceText(difference));
      if (agrees) return;
      throw books === undefined
        ? new CliError(1, `nothing can be booked: ${why ?? "it may only become less"}`, { hint: AGAIN })
        : new CliError(1, "they differ", { hint: 'to book it add --price … and --reason "…"' });
    }
    for (const line of differenceLines(difference)) this.note(line);
    this.nameTarget(mesh.target);
    const plan = reconcilePlan(difference, price);
    if (price === undefined || this.reason === undefined) {
      this.note(plan);
      throw price === undefined
        ? usageError(
            "say at which price it was closed there: --price",
            "the exchange's screen shows it; without it nobody knows what was won or lost",
          )
        : usageError("say why you know: --reason");
    }
    await this.confirm({ plan, yes: this.yes });
    const reply = await mesh.call(opsRoutes.reconcilePosition, {
      body: { ...place, here, held, price, reason: this.reason },
    });
    this.reply(reply, () => bookedText(reply, this.paint));
    if (!this.json && reply.note !== undefined) this.note(`note: ${reply.note}`);
  }
}
