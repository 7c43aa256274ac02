import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { count, readOptional } from "../../options.ts";
import { when } from "../../output/time.ts";

export class DlqList extends MeshCommand {
  static override paths = [
    ["dlq", "list"],
    ["dlq", "ls"],
  ];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Parked messages: what could not be handled, and why",
    details: "Shows open letters unless --status says otherwise. Nothing is consumed by looking.",
    examples: [
      ["What is open", "npx hoox dlq list"],
      ["What one queue could not read", "npx hoox dlq list --queue records --class undecodable"],
    ],
  });
  queue = Option.String("--queue", { description: "Only letters of this queue" });
  class = Option.String("--class", { description: "Only this class, such as undecodable or bug" });
  status = Option.String("--status", "open", { description: "open (default), replayed, resolved, discarded or all" });
  limit = Option.String("--limit", "100", { description: "At most so many" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { deadLetterRow }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/letter-view"),
    ]);
    const status = this.status === "all" ? undefined : this.status;
    const { deadLetters, open } = await mesh.call(opsRoutes.deadLetters, {
      query: {
        queue: this.queue,
        class: readOptional("--class", deadLetterRow.shape.class, this.class),
        status: readOptional("--status", deadLetterRow.shape.status, status),
        limit: String(count("--limit", this.limit, { min: 1, max: 1_000 })),
      },
    });
    if (deadLetters.length === 0) this.note(open === 0 ? "no dead letters" : `none of the ${open} open letters fits`);
    if (deadLetters.length === 0 && !this.json) return;
    const now = this.context.now();
    this.reply({ deadLetters, open }, () =>
      this.table(
        [
          { title: "id", value: (row) => row.id },
          { title: "queue", value: (row) => row.queue },
          { title: "class", value: (row) => this.paint.bad(row.class) },
          { title: "parked", value: (row) => when(row.created_at, { now, absolute: this.absolute }) },
          { title: "tries", value: (row) => String(row.attempts), align: "right" },
          { title: "status", value: (row) => row.status },
          { title: "reason", value: (row) => `${row.error}: ${row.reason}`, shrinkTo: 30 },
        ],
        deadLetters,
      ),
    );
    if (!this.json) this.note(`\n${open} open. One in full: npx hoox dlq show <id>`);
  }
}
