import { Command } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";

export class CheckKeys extends MeshCommand {
  static override paths = [["check", "keys"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether the API keys of your exchanges may trade, for how long, and nothing that they need not",
    details:
      "Asks each exchange with each account's own key. A key that may not trade, or not for much longer, and one that may withdraw, are wrong: then it exits 1. The chat hears of the same once a day. Exits 3 when a ledger or an exchange could not be asked and nothing else is wrong. Testnets do not say what their keys may do.",
    examples: [
      ["All accounts", "npx hoox check keys"],
      ["For a script", "npx hoox check keys --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { findingsOf }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/key-health"),
    ]);
    const { keys, problems } = await mesh.call(opsRoutes.venueKeys);
    this.noteProblems(problems);
    const now = this.context.now();
    const rows = keys.map(({ ledger, health }) => ({ ledger, health, findings: findingsOf(health, now) }));
    if (rows.length > 0 || this.json) {
      this.reply({ keys: rows, ...(problems === undefined ? {} : { problems }) }, () =>
        this.table(
          [
            { title: "account", value: (row) => row.ledger },
            { title: "trades", value: ({ health }) => ("problem" in health ? "?" : health.mayTrade ? "yes" : "no") },
            { title: "until", value: ({ health }) => ("problem" in health ? "?" : (health.expiresAt ?? "-")) },
            {
              title: "withdraws",
              value: ({ health }) => ("problem" in health ? "?" : health.mayWithdraw ? "yes" : "no"),
            },
            {
              title: "bound to addresses",
              value: ({ health }) => ("problem" in health ? "?" : health.isBound ? "yes" : "no"),
            },
            { title: "wrong", value: ({ findings }) => findings.map(({ what }) => what).join("; "), below: "alone" },
          ],
          rows,
        ),
      );
    }
    if (rows.length === 0 && problems === undefined) this.note("no account at an exchange has taken an alert yet");
    const wrong = rows.some(({ health, findings }) => !("problem" in health) && findings.length > 0);
    if (wrong) return 1;
    return problems !== undefined || rows.some(({ health }) => "problem" in health) ? 3 : 0;
  }
}
