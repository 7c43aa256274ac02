import { Command, Option } from "clipanion";
import { absoluteOption } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { count } from "../../options.ts";
import { QueueMeshCommand } from "./on-mesh.ts";

export class QueuesDepth extends QueueMeshCommand {
  static override paths = [["queues", "depth"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "What waits on each queue, which way it goes, and which signals expire before their turn comes",
    details:
      "Trend and history come from the monitor, which looks each minute; with --watch from what is seen here. The platform counts neither what comes nor what goes: both are known of signals, whose ledgers count. A dead-letter queue above zero holds messages that nobody has stored yet; stored ones show in `npx hoox dlq list`. With --watch it goes on until Ctrl-C: redrawn in place on a terminal, else a line per look, with --json one JSON document per line.",
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
    const { queues, monitor, problems } = await mesh.call(opsRoutes.queues);
    this.noteProblems(problems);
    const [{ viewOf }, { queueDepthText }] = await Promise.all([
      import("../../queues/history.ts"),
      import("../../output/queue-depth.ts"),
    ]);
    const views = queues.map((each) => viewOf(each, monitor));
    this.reply({ queues, monitor, problems }, () => queueDepthText(views, monitor, this.view(this.absolute)));
  }
}
