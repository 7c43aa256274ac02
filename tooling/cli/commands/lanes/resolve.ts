import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { CliError, usageError } from "../../errors.ts";
import { read, readOptional } from "../../options.ts";
import { resolvedText, resolvePlan } from "../../output/lanes.ts";

export class LanesResolve extends MeshCommand {
  static override paths = [["lanes", "resolve"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "End a doubt by your word: what the venue's own screen shows of an order",
    details:
      "For an order that the venue's API does not tell about, and to let trading go on after two orders for one leg. Exits 1 when the ledger refuses, with its reason.",
    examples: [
      [
        "The venue's screen shows it filled",
        'npx hoox lanes resolve 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d --outcome filled --quantity 0.5 --price 65000 --reason "order history"',
      ],
      [
        "It never arrived there",
        'npx hoox lanes resolve 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d --outcome rejected --reason "not in the order history"',
      ],
    ],
  });
  requestId = Option.String({ name: "requestId" });
  outcome = Option.String("--outcome", { description: "filled or rejected", required: true });
  quantity = Option.String("--quantity", { description: "How much was filled (default: all that was asked)" });
  price = Option.String("--price", { description: "At which average price (default: the order's)" });
  reason = Option.String("--reason", { description: "Why you know; it is kept in the audit log", required: true });
  ledger = Option.String("--ledger", { description: "account:venue (default: found by the id)" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, ids] = await Promise.all([import("#contracts/routes/ops"), import("#contracts/ids")]);
    const { outcome, quantity, price } = opsRoutes.resolveLane.body.shape;
    if (this.reason.trim() === "") throw usageError("--reason must say something");
    const body = {
      requestId: read("requestId", ids.requestId, this.requestId.trim().toLowerCase()),
      outcome: read("--outcome", outcome, this.outcome),
      quantity: readOptional("--quantity", quantity.unwrap(), this.quantity),
      price: readOptional("--price", price.unwrap(), this.price),
      reason: this.reason,
      ledger: readOptional("--ledger", ids.ledgerName, this.ledger),
    };
    const mesh = await this.mesh();
    const { ledger } = await mesh.call(opsRoutes.trace, { params: { requestId: body.requestId } });
    if (ledger === undefined) {
      throw new CliError(1, `no ledger has a signal ${body.requestId}`, { hint: "see: npx hoox lanes list" });
    }
    this.nameTarget(mesh.target);
    await this.confirm({ plan: resolvePlan(body, ledger.signal), yes: this.yes });
    const reply = await mesh.call(opsRoutes.resolveLane, { body });
    this.reply(reply, () => resolvedText(reply, this.paint));
    if (!this.json) this.note(`what led to it: npx hoox trace ${body.requestId}`);
  }
}
