import { Command, Option } from "clipanion";
import { absoluteOption } from "../../base.ts";
import { SelectingCommand } from "../../letters/command.ts";
import { count } from "../../options.ts";
import { executable, plannedTable, summaryTable } from "../../output/letter-plan.ts";

export class DlqPlan extends SelectingCommand {
  static override paths = [["dlq", "plan"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "What replaying dead letters would do, letter by letter; changes nothing",
    details:
      "Every letter gets a verdict and the reason for it: npx hoox help dlq explains them. Without ids and filters: all that are open. The hash stands for these letters with these verdicts: a replay of it is refused when one of them has changed.",
    examples: [
      ["One cause", "npx hoox dlq plan --fingerprint 93f1a0c5d2e4b678"],
      ["All that are open", "npx hoox dlq plan"],
      ["One letter", "npx hoox dlq plan 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3"],
    ],
  });
  limit = Option.String("--limit", { description: "At most so many letters as text (default 50 on a terminal)" });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    const [{ opsRoutes }, { isFiltered }, { readSelection }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/filters.ts"),
      import("../../letters/selection.ts"),
    ]);
    const view = this.view(this.absolute);
    const flags = this.letterFlags();
    const isOpenEnded = this.ids.length === 0 && !isFiltered(flags);
    const limit = count("--limit", this.limit ?? (this.context.watched ? "50" : "100000"), { min: 1, max: 100_000 });
    const chosen = { ids: this.ids, all: this.all || isOpenEnded, flags };
    const selection = readSelection(chosen, { now: view.now, command: "plan" });
    const plan = await (await this.mesh()).call(opsRoutes.planReplay, { body: selection });
    const isWhole = this.noteGaps(selection, plan);
    const shown = plan.letters.slice(0, limit);
    if (shown.length > 0 || this.json)
      this.reply(plan, () => `${plannedTable(shown, view)}\n\n${summaryTable(plan.summary, [], view)}`);
    if (shown.length === 0 && isWhole)
      this.note(isOpenEnded ? "no open letters: nothing to plan" : "no open letter fits; all: npx hoox dlq list");
    if (this.json) return isWhole ? 0 : 1;
    const more = plan.letters.length - shown.length;
    if (more > 0) this.note(`\n${more} more letters: --limit ${plan.letters.length}`);
    if (executable(plan, []) > 0) this.note(`\nto execute the SAFE ones: npx hoox dlq replay --plan ${plan.hash}`);
    return isWhole ? 0 : 1;
  }
}
