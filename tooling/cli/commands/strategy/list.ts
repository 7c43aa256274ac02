import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { when } from "../../output/time.ts";

export class StrategyList extends MeshCommand {
  static override paths = [
    ["strategy", "list"],
    ["strategy", "ls"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Every strategy: where it trades, what limits it, and whether it is enabled",
    details: "Exits 1 when the settings of one are damaged: none of its alerts is accepted then.",
    examples: [["All of them", "npx hoox strategy list"]],
  });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    const [mesh, { opsRoutes }, { keysInWords, limitsInWords }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../output/strategy.ts"),
    ]);
    const reply = await mesh.call(opsRoutes.strategies);
    const time = { now: this.context.now(), absolute: this.absolute };
    this.reply(reply, () =>
      this.table(
        [
          { title: "strategy", value: (row) => row.name },
          { title: "enabled", value: (row) => (row.enabled ? "yes" : this.paint.odd("no")) },
          { title: "trades on", value: ledgerWords },
          { title: "limits", value: limitsInWords, shrinkTo: 20 },
          { title: "key", value: (row) => keysInWords(row, time).join("; "), shrinkTo: 20 },
          { title: "changed", value: (row) => when(row.updatedAt, time) },
        ],
        reply.strategies,
      ),
    );
    for (const { name, problem } of reply.unreadable) {
      this.note(`${this.paint.bad("damaged:")} ${name}: ${problem}; none of its alerts is accepted`);
      this.note(`  remove it and write it anew: npx hoox strategy remove ${name}`);
    }
    return reply.unreadable.length === 0 ? 0 : 1;
  }
}

/** What a strategy leaves open is the gateway's to say. */
function ledgerWords({ account, venue }: { account?: string | undefined; venue?: string | undefined }): string {
  if (account === undefined && venue === undefined) return "the gateway's default";
  return `${account ?? "(default)"}:${venue ?? "(default)"}`;
}
