import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import { CliError, type ExitCode } from "../../errors.ts";

export class PositionsCloseAll extends MeshCommand {
  static override paths = [["positions", "close-all"]];
  static override usage = Command.Usage({
    category: "Stop and go",
    description: "Close every open position with market orders, by the ledgers that know of them",
    details:
      "Each is an alert that closes, sent as TradingView would send it: it waits its turn in its lane, trades once, and can be traced. The kill switch lets exits pass, so that it can be on: otherwise new alerts may open again what was closed. What only the exchange knows of stays (npx hoox positions). Waits for a minute until all are flat; exits 1 when one is not.",
    examples: [
      ["Everything, at once", "npx hoox positions close-all --yes"],
      ["Only one account at one exchange", "npx hoox positions close-all --ledger main:paper --yes"],
    ],
  });
  ledger = Option.String("--ledger", { description: "Only this account:venue" });
  keyFile = Option.String("--key-file", { description: "Send with the strategy's key in this file; - for stdin" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { keyToSend }, { closeAll, closingPlan }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../send-key.ts"),
      import("../../closing.ts"),
    ]);
    const reply = await mesh.call(opsRoutes.positions, { query: {} });
    const { positions } = reply;
    const asked = this.ledger;
    // The list of ledgers itself may be what could not be asked.
    const problems = (reply.problems ?? []).filter(
      (problem) => asked === undefined || !/^ledger [^ ]+: /.test(problem) || problem.startsWith(`ledger ${asked}: `),
    );
    // Closing all but those of which nobody knows would look like all.
    if (problems.length > 0)
      throw new CliError(3, `not all ledgers can be asked: ${problems.join("; ")}`, {
        hint: "npx hoox check health; or close those of one ledger with --ledger",
      });
    const open = positions.filter(({ ledger, quantity }) => quantity !== "0" && (this.ledger ?? ledger) === ledger);
    if (open.length === 0) {
      this.reply({ closed: [], open: [] }, () => "nothing is open");
      return 0;
    }
    const key = await keyToSend(this.context, this, mesh.target);
    this.nameTarget(mesh.target);
    await this.confirm({ plan: closingPlan(open), yes: this.yes });
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
