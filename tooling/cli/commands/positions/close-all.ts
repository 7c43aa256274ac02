import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";

export class PositionsCloseAll extends MeshCommand {
  static override paths = [["positions", "close-all"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Close every open position with market orders, by the ledgers that know of them",
    details:
      "It asks past every strategy, with the operator key: each close waits its turn in its lane, trades once, can be traced and leaves an audit row. Entries that rest or are in doubt in other symbols stay, and the plan names them. The kill switch lets exits pass, so that it can be on: otherwise new alerts may open again what was closed. What only the exchange knows of stays, and the plan says so. Waits for a minute until all are flat; exits 1 when one is not.",
    examples: [
      ["Everything, at once", "npx hoox positions close-all --yes"],
      ["Only one account at one exchange", "npx hoox positions close-all --ledger main:paper --yes"],
    ],
  });
  ledger = Option.String("--ledger", { description: "Only this account:venue" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { closeAll, closingPlan, unheardExchanges }, { heldElsewhere, mayOpenAgain, sized }] =
      await Promise.all([
        this.mesh(),
        import("#contracts/routes/ops"),
        import("../../closing.ts"),
        import("../../output/positions.ts"),
      ]);
    const reply = await mesh.call(opsRoutes.positions, { query: { beside: "venue", entries: "open" } });
    this.noteProblems(unheardExchanges(reply, this.ledger));
    const isAsked = ({ ledger }: { ledger: string }): boolean => (this.ledger ?? ledger) === ledger;
    const all = reply.positions.filter(({ quantity }) => quantity !== "0");
    const open = all.filter(isAsked);
    // A close takes the entries of its lane off by itself.
    const entries = (reply.entries ?? [])
      .filter(isAsked)
      .filter((entry) => !open.some(({ ledger, symbol }) => ledger === entry.ledger && symbol === entry.symbol));
    const left = heldElsewhere(reply.positions.filter(isAsked)).map((sentence) => `not closed: ${sentence}`);
    const stays = [...left, ...mayOpenAgain(entries)];
    if (open.length === 0) {
      const elsewhere = all.map((each) => `open elsewhere: ${each.ledger} ${each.symbol}: ${sized(each.quantity)}`);
      for (const line of [...stays, ...elsewhere]) this.note(line);
      const where = this.ledger === undefined ? "" : ` in ${this.ledger}`;
      this.reply(
        { closed: [], open: [], entries },
        () => `nothing is open${where}${left.length === 0 ? "" : " that a ledger knows of"}`,
      );
      return 0;
    }
    this.nameTarget(mesh.target);
    await this.confirm({ plan: closingPlan(open, stays), yes: this.yes });
    const reason = `hoox ${this.path.join(" ")}`;
    const result = await closeAll(open, { mesh, reason, context: this.context, note: (text) => this.note(text) });
    this.reply({ ...result, entries }, () =>
      [
        ...result.closed.map(({ ledger, symbol }) => `${this.paint.good("closed")}  ${ledger} ${symbol}`),
        ...result.open.map(
          ({ ledger, symbol, why, requestId }) =>
            `${this.paint.bad("open")}    ${ledger} ${symbol}: ${why}${requestId === undefined ? "" : `; npx hoox trace ${requestId}`}`,
        ),
      ].join("\n"),
    );
    return result.open.length === 0 ? 0 : 1;
  }
}
