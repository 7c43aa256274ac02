import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { count, readTime } from "../../options.ts";
import { when } from "../../output/time.ts";

export class DlqAudit extends MeshCommand {
  static override paths = [["dlq", "audit"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "What was done to dead letters: who, when, what and why; the latest first",
    examples: [
      ["The latest", "npx hoox dlq audit"],
      ["Of the last day, as a document", "npx hoox dlq audit --since 1d --json"],
    ],
  });
  since = Option.String("--since", { description: "90s, 10m, 2h or 1d ago, or an ISO time" });
  limit = Option.String("--limit", "50", { description: "At most so many (default 50)" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const { opsRoutes } = await import("#contracts/routes/ops");
    const view = this.view(this.absolute);
    const query = {
      since: readTime("--since", this.since, view.now),
      limit: String(count("--limit", this.limit, { min: 1, max: 1_000 })),
    };
    const reply = await (await this.mesh()).call(opsRoutes.deadLetterAudit, { query });
    const { entries } = reply;
    if (entries.length === 0)
      this.note(this.since === undefined ? "nobody has touched a dead letter yet" : `nothing since ${query.since}`);
    if (entries.length === 0 && !this.json) return;
    this.reply(reply, () =>
      this.table(
        [
          { title: "when", value: (row) => when(row.at, view) },
          { title: "who", value: (row) => row.actor },
          { title: "what", value: (row) => this.paint.bold(row.action) },
          { title: "letters or replay", value: (row) => row.target, below: "alone" },
          { title: "why", value: (row) => row.reason, below: "alone" },
        ],
        entries,
      ),
    );
  }
}
