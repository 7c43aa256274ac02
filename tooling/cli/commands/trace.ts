import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../base.ts";
import type { ExitCode } from "../errors.ts";
import { hopsOf } from "../hops.ts";
import { read } from "../options.ts";
import { traceText } from "../output/trace.ts";
import { stepsOf } from "../steps.ts";
import type { Story } from "../trace.ts";

export class Trace extends MeshCommand {
  static override paths = [["trace"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Everything that happened to one alert, from its acceptance to its end",
    details:
      "A bar per hop: solid while a Worker worked on it, dotted while it waited; where the axis bends at │, the scale changes. Piped, the same without bars. On a terminal it waits, at most 10 s, until the signal has ended and its log lines have arrived. Times are UTC.",
    examples: [
      [
        "By the requestId of any answer, notification or log line",
        "npx hoox trace 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
      ],
      ["For a script, as it stands now", "npx hoox trace 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d --json --no-wait"],
    ],
  });
  requestId = Option.String({ name: "requestId" });
  wait = Option.Boolean("--wait", { description: "Wait for the end (the default on a terminal; --no-wait for not)" });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const [ids, { follow, unknownRequest }] = await Promise.all([import("#contracts/ids"), import("../trace.ts")]);
    const requestId = read("requestId", ids.requestId, this.requestId.trim().toLowerCase());
    const mesh = await this.mesh();
    const story = await follow(mesh, requestId, { wait: this.wait ?? this.context.watched, context: this.context });
    if (story === undefined) throw unknownRequest(mesh.target.url, requestId);
    const { ended, totalMs, trace } = story;
    const hops = hopsOf(trace).map(({ from, to, ...hop }) => ({ ...hop, at: new Date(from), ms: to - from }));
    this.reply({ ...trace, hops, steps: stepsOf(trace), ended, totalMs }, () =>
      traceText(story, this.view(this.absolute)),
    );
    if (!this.json) this.advise(story);
    return 0;
  }

  advise({ ended, trace }: Story): void {
    if (!ended) this.note("it has not ended yet; ask again, or use --wait");
    const letter = trace.deadLetters.find((each) => each.status === "open");
    if (letter !== undefined) this.note(`the parked message in full: npx hoox dlq show ${letter.id}`);
    if (stepsOf(trace).some((each) => each.source !== "log"))
      this.note(
        "steps marked [ledger] or [database] have no log line: it arrives within about five seconds, unless its Worker was killed",
      );
  }
}
