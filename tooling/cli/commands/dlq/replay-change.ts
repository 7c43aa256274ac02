import { Command, Option } from "clipanion";
import type { ReplayJob } from "#contracts/replay";
import { MeshCommand } from "../../base.ts";
import { jobText } from "../../output/replay.ts";

type Change = "pauseReplay" | "resumeReplay" | "cancelReplay";

abstract class ReplayChange extends MeshCommand {
  id = Option.String({ name: "id", required: false });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });
  protected abstract readonly change: Change;
  protected abstract next(job: ReplayJob): string;

  async answer(): Promise<void> {
    const [{ opsRoutes }, { jobId }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/job-id.ts"),
    ]);
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const params = { id: await jobId(mesh, this.id) };
    const reply = await mesh.call(opsRoutes[this.change], { params, body: { reason: this.reason } });
    this.reply(reply, () => jobText(reply.replay, this.view(false)));
    if (reply.note !== undefined) this.note(reply.note);
    if (!this.json) this.note(`\n${this.next(reply.replay)}`);
  }
}

export class DlqReplayPause extends ReplayChange {
  static override paths = [["dlq", "replay", "pause"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Let a replay rest; what it has sent already goes on",
    details: "Without an id: the one that is going on.",
    examples: [["The one that is going on", 'npx hoox dlq replay pause --reason "the venue is slow"']],
  });
  protected readonly change = "pauseReplay";
  protected next({ id }: ReplayJob): string {
    return `to go on: npx hoox dlq replay resume ${id}`;
  }
}

export class DlqReplayResume extends ReplayChange {
  static override paths = [["dlq", "replay", "resume"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Let a paused replay go on where it rests",
    details: "Without an id: the one that has not ended.",
    examples: [["The one that rests", "npx hoox dlq replay resume"]],
  });
  protected readonly change = "resumeReplay";
  protected next({ id }: ReplayJob): string {
    return `to watch it: npx hoox dlq replay status ${id} --watch`;
  }
}

export class DlqReplayCancel extends ReplayChange {
  static override paths = [["dlq", "replay", "cancel"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "End a replay: letters that it has not executed yet stay open",
    details: "Without an id: the one that is going on.",
    examples: [
      ["By its id", 'npx hoox dlq replay cancel 0c2e8f6a-9d41-4f57-8a3b-6e1d2c5b7a90 --reason "the wrong filter"'],
    ],
  });
  protected readonly change = "cancelReplay";
  protected next({ id }: ReplayJob): string {
    return `what it did: npx hoox dlq replay status ${id}; what is still open: npx hoox dlq group`;
  }
}
