import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { CliError, type ExitCode } from "../../errors.ts";

export class PositionsCloseAll extends MeshCommand {
  static override paths = [["positions", "close-all"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Close every open position with market orders, by the ledgers that know of them",
    details:
      "Each is an alert that closes, sent as TradingView would send it: it waits its turn in its lane, trades once, and can be traced. The kill switch lets exits pass, so that it can be on: otherwise new alerts may open again what was closed. What only the exchange knows of stays, and the plan says so. Waits for a minute until all are flat; exits 1 when one is not.",
    examples: [
      ["Everything, at once", "npx hoox positions close-all --yes"],
      ["Only one account at one exchange", "npx hoox positions close-all --ledger main:paper --yes"],
    ],
  });
  ledger = Option.String("--ledger", { description: "Only this account:venue" });
  keyFile = Option.String("--key-file", { description: "Send with the strategy's key in this file; - for stdin" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { keyToSend }, { closeAll, closingPlan }, { heldElsewhere }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../send-key.ts"),
      import("../../closing.ts"),
      import("../../output/positions.ts"),
    ]);
    const reply = await mesh.call(opsRoutes.positions, { query: { beside: "venue" } });
    const asked = this.ledger;
    const positions = reply.positions.filter(({ ledger }) => (asked ?? ledger) === ledger);
    // The list of ledgers itself may be what could not be asked.
    const all = (reply.problems ?? []).filter(
      (each) => asked === undefined || !/^(?:ledger|exchange of) [^ ]+: /.test(each) || each.includes(` ${asked}: `),
    );
    // An exchange that does not answer now may take the order all the same.
    const isOfExchange = (each: string): boolean => each.startsWith("exchange of ");
    this.noteProblems(all.filter(isOfExchange));
    const problems = all.filter((each) => !isOfExchange(each));
    // Closing all but those of which nobody knows would look like all.
    if (problems.length > 0)
      throw new CliError(3, `not all ledgers can be asked: ${problems.join("; ")}`, {
        hint: "npx hoox check health; or close those of one ledger with --ledger",
      });
    const open = positions.filter(({ quantity }) => quantity !== "0");
    const left = heldElsewhere(positions);
    if (open.length === 0) {
      for (const sentence of left) this.note(`not closed: ${sentence}`);
      this.reply(
        { closed: [], open: [] },
        () => `nothing is open${left.length === 0 ? "" : " that a ledger knows of"}`,
      );
      return 0;
    }
    const key = await keyToSend(this.context, this, mesh.target);
    this.nameTarget(mesh.target);
    await this.confirm({ plan: closingPlan(open, left), yes: this.yes });
    const result = await closeAll(open, { mesh, key, context: this.context, note: (text) => this.note(text) });
    this.reply(result, () =>
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
