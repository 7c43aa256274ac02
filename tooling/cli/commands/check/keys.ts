import { Command } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";

export class CheckKeys extends MeshCommand {
  static override paths = [["check", "keys"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether the API keys of your exchanges may trade, for how long, and nothing that they need not",
    details:
      "Asks each exchange with each account's own key, of every account that has one, also before its first trade. A key that the exchange does not take, that may not trade, or not for much longer, and one that may withdraw, are wrong: then it exits 1, and the chat hears of the same once a day. Exits 3 when a list or an exchange could not be asked and nothing else is wrong. A testnet, or a relay that passes only trading on, does not say what its keys may do: there it says whether key and secret are taken.",
    examples: [
      ["All accounts", "npx hoox check keys"],
      ["For a script", "npx hoox check keys --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const [mesh, { opsRoutes }, { findingsOf, unknownOf }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/key-health"),
    ]);
    const { keys, problems } = await mesh.call(opsRoutes.venueKeys);
    this.noteProblems(problems);
    const now = this.context.now();
    const rows = keys.map(({ ledger, health }) => ({ ledger, health, findings: findingsOf(health, now) }));
    const says = ({ health, findings }: (typeof rows)[number]): string => {
      const why = unknownOf(health);
      if (why !== undefined) return `what it may do is not known: ${why}`;
      if ("problem" in health) return health.problem;
      return findings.map(({ what }) => what).join("; ");
    };
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
            { title: "says", value: says, below: "alone" },
          ],
          rows,
        ),
      );
    }
    if (rows.length === 0 && problems === undefined)
      this.note("no account at an exchange has a key, or has taken an alert");
    if (rows.some(({ findings }) => findings.length > 0)) return 1;
    return problems !== undefined || rows.some(({ health }) => unknownOf(health) !== undefined) ? 3 : 0;
  }
}
