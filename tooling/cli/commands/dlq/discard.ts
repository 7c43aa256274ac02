import { Command, Option } from "clipanion";
import { usageError } from "../../errors.ts";
import { SelectingCommand } from "../../letters/command.ts";
import { summaryTable } from "../../output/letter-plan.ts";

export class DlqDiscard extends SelectingCommand {
  static override paths = [["dlq", "discard"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Put dead letters away for good, with a reason: nothing will execute them",
    details:
      "Shows their verdicts first and asks. They stay readable: npx hoox dlq list --status discarded. Exits 1 when some were kept.",
    examples: [
      [
        "What has happened already",
        'npx hoox dlq discard --fingerprint 93f1a0c5d2e4b678 --reason "all of them are stored"',
      ],
      [
        "One letter",
        'npx hoox dlq discard 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3 --reason "sent by hand"',
      ],
    ],
  });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log", required: true });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<0 | 1> {
    const [{ opsRoutes }, { readSelection }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/selection.ts"),
    ]);
    if (this.reason.trim() === "") throw usageError("--reason must say something");
    const chosen = { ids: this.ids, all: this.all, flags: this.letterFlags() };
    const selection = readSelection(chosen, { now: this.context.now(), command: "discard" });
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const plan = await mesh.call(opsRoutes.planReplay, { body: selection });
    const isWhole = this.noteGaps(selection, plan);
    if (plan.letters.length === 0) {
      if (this.json) this.print(JSON.stringify({ discarded: 0, kept: 0 }, undefined, 2));
      if (isWhole) this.note("no open letter fits: nothing to discard");
      return isWhole ? 0 : 1;
    }
    const { SAFE: safe = 0 } = plan.summary;
    const regret = safe === 0 ? "" : `; ${safe} of them could be replayed: npx hoox dlq replay --plan ${plan.hash}`;
    const words = `${summaryTable(plan.summary, [], this.view(false))}\n\nplan: discard ${plan.letters.length} letters${regret}`;
    await this.confirm({ plan: words, yes: this.yes });
    const reply = await mesh.call(opsRoutes.discardLetters, { body: { ...selection, reason: this.reason } });
    const kept = reply.kept === 0 ? "" : `; ${reply.kept} have changed meanwhile and were kept`;
    this.reply(reply, () => `${reply.discarded} discarded${kept}`);
    if (reply.note !== undefined) this.note(reply.note);
    return isWhole && reply.kept === 0 ? 0 : 1;
  }
}
