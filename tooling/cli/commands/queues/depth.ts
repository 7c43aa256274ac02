import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { when } from "../../output/time.ts";

export class QueuesDepth extends MeshCommand {
  static override paths = [["queues", "depth"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "How many messages wait on each queue, and how long the oldest has waited",
    details:
      "A dead-letter queue above zero holds messages that nobody has stored yet; stored ones show in `npx hoox dlq list`.",
    examples: [
      ["All queues", "npx hoox queues depth"],
      ["For a script", "npx hoox queues depth --json"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes")]);
    const { queues } = await mesh.call(opsRoutes.queues);
    const now = this.context.now();
    this.reply({ queues }, () =>
      this.table(
        [
          { title: "queue", value: (row) => row.queue },
          { title: "messages", value: (row) => this.depth(row), align: "right" },
          { title: "bytes", value: (row) => String(row.backlogBytes), align: "right" },
          { title: "oldest", value: (row) => when(row.oldestMessageAt, { now, absolute: this.absolute }) },
        ],
        queues,
      ),
    );
  }

  depth(row: { queue: string; backlogCount: number }): string {
    const text = String(row.backlogCount);
    return row.queue.endsWith("-dlq") && row.backlogCount > 0 ? this.paint.bad(text) : text;
  }
}
