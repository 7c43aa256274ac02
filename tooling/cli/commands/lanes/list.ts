import { Command } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { when } from "../../output/time.ts";

export class LanesList extends MeshCommand {
  static override paths = [
    ["lanes", "list"],
    ["lanes", "ls"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Signals that have not ended, lane by lane, the head of each first",
    details: "Signals of one lane execute in order of acceptance: what stands first holds up what follows.",
    examples: [
      ["What is under way or stuck", "npx hoox lanes list"],
      ["For a script", "npx hoox lanes list --json"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const reply = await mesh.call(opsRoutes.lanes);
    this.noteProblems(reply.problems);
    const rows = reply.lanes.flatMap(({ lane, signals }) => signals.map((signal) => ({ ...signal, lane })));
    if (rows.length === 0) this.note("every signal has ended");
    if (rows.length === 0 && !this.json) return;
    const time = { now: this.context.now(), absolute: this.absolute };
    this.reply(reply, () =>
      this.table(
        [
          { title: "lane", value: (row) => row.lane },
          { title: "seq", value: (row) => String(row.seq), align: "right" },
          { title: "action", value: (row) => row.action },
          { title: "state", value: (row) => this.state(row.state) },
          { title: "accepted", value: (row) => when(row.acceptedAt, time) },
          { title: "request", value: (row) => row.requestId, below: true },
          { title: "reason", value: (row) => row.reason ?? "", shrinkTo: 20, below: true },
        ],
        rows,
      ),
    );
    if (!this.json) this.note("\nwhy, and what happens next: npx hoox lanes show <lane>");
    if (!this.json && rows.some((row) => row.state === "in_doubt"))
      this.note("\nwhen the venue's screen shows what became of it: npx hoox lanes resolve --help");
  }

  state(state: string): string {
    const text = state.replace("_", " ");
    return state === "in_doubt" ? this.paint.bad(text) : text;
  }
}
