import { Command, Option } from "clipanion";
import type { PlannedLetter } from "#contracts/replay";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { CliError } from "../../errors.ts";
import type { MeshClient } from "../../mesh-client.ts";
import { letterText } from "../../output/letter.ts";
import type { Story } from "../../trace.ts";

export class DlqShow extends MeshCommand {
  static override paths = [["dlq", "show"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "One dead letter in full: why it died, its history, its request, what to do, its body",
    details: "Secrets in the body are hidden. An open letter is judged, too: npx hoox help dlq explains the verdicts.",
    examples: [
      [
        "By the id that `npx hoox dlq list` shows",
        "npx hoox dlq show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3",
      ],
    ],
  });
  id = Option.String({ name: "id" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }, { follow }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../trace.ts"),
    ]);
    const reply = await mesh.call(opsRoutes.deadLetter, { params: { id: this.id } });
    const { deadLetter: letter } = reply;
    const [planned, story] = await Promise.all([
      letter.status === "open" ? this.besides("the verdict", () => this.judge(mesh, letter.id)) : undefined,
      this.besides<Story>("its request", () => follow(mesh, letter.request_id, { wait: false, context: this.context })),
    ]);
    const request = story && { outcome: story.outcome, reason: story.reason, ended: story.ended };
    this.reply({ ...reply, planned, request }, () => letterText({ reply, planned, story }, this.view(this.absolute)));
    if (!this.json) this.note(`\nits request, step by step: npx hoox trace ${letter.request_id}`);
  }

  async judge(mesh: MeshClient, id: string): Promise<PlannedLetter | undefined> {
    const { opsRoutes } = await import("#contracts/routes/ops");
    const plan = await mesh.call(opsRoutes.planReplay, { body: { ids: [id] } });
    this.noteProblems(plan.problems);
    return plan.letters[0];
  }

  /** The letter is worth showing without what could not be asked. */
  async besides<T>(what: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.noteProblems([`${what}: ${error.message}`]);
      return undefined;
    }
  }
}
