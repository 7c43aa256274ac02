import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { count } from "../../options.ts";
import { when } from "../../output/time.ts";

export class QueuesDepth extends MeshCommand {
  static override paths = [["queues", "depth"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "How many messages wait on each queue, and how long the oldest has waited",
    details:
      "A dead-letter queue above zero holds messages that nobody has stored yet; stored ones show in `npx hoox dlq list`. With --watch it goes on until Ctrl-C: redrawn in place on a terminal, else a line per look, with --json one JSON document per line.",
    examples: [
      ["All queues", "npx hoox queues depth"],
      ["Live: which way it goes, and how fast", "npx hoox queues depth --watch"],
      ["A record for later", "npx hoox queues depth --watch --interval 10 --json"],
      ["For a script", "npx hoox queues depth --json"],
    ],
  });
  watch = Option.Boolean("--watch,-w", false, { description: "Go on looking, with trend, rate and history" });
  interval = Option.String("--interval", { description: "Seconds between looks of --watch (default 2)" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    if (this.interval !== undefined && !this.watch) throw usageError("--interval goes with --watch", "add --watch");
    const seconds = count("--interval", (this.interval ?? "2").replace(/s$/, ""), { min: 1, max: 3_600 });
    if (this.watch) {
      const { watchQueues } = await import("../../queues/watch.ts");
      const { json, paint } = this;
      const [print, note] = [(text: string) => this.print(text), (text: string) => this.note(text)];
      return watchQueues(await this.mesh(), this.context, { intervalMs: seconds * 1_000, json, paint, print, note });
    }
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const { queues, problems } = await mesh.call(opsRoutes.queues);
    for (const problem of problems ?? []) this.note(`not asked: ${problem}`);
    const now = this.context.now();
    this.reply({ queues, problems }, () =>
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
