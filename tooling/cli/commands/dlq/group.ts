import { Command, Option } from "clipanion";
import { absoluteOption } from "../../base.ts";
import { LettersCommand } from "../../letters/command.ts";
import { count } from "../../options.ts";
import { groupsTable } from "../../output/letter-groups.ts";

export class DlqGroup extends LettersCommand {
  static override paths = [["dlq", "group"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Dead letters by cause: how many, since when, an example, and what a replay would do",
    details:
      "Letters with one fingerprint have one cause: ids, numbers and times in their reasons do not count. The largest group first.",
    examples: [
      ["What is open, by cause", "npx hoox dlq group"],
      ["What died in the last hour", "npx hoox dlq group --since 1h --status all"],
    ],
  });
  status = Option.String("--status", "open", { description: "open (default), replayed, resolved, discarded or all" });
  limit = Option.String("--limit", "50", { description: "At most so many causes (default 50)" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [{ opsRoutes }, { flagsText, isFiltered, readFilters }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/filters.ts"),
    ]);
    const view = this.view(this.absolute);
    const limit = String(count("--limit", this.limit, { min: 1, max: 1_000 }));
    const filters = readFilters({ ...this.letterFlags(), status: this.status }, view.now);
    const mesh = await this.mesh();
    const reply = await mesh.call(opsRoutes.deadLetterGroups, { query: { ...filters, limit } });
    const { groups } = reply;
    this.noteProblems(reply.problems);
    if (groups.length > 0 || this.json) this.reply(reply, () => groupsTable(groups, view));
    const rest = flagsText({ ...this.letterFlags(), fingerprint: undefined });
    if (groups.length === 0)
      this.note(isFiltered(this.letterFlags()) || this.status !== "open" ? "no dead letter fits" : "no dead letters");
    else if (!this.json)
      this.note(`\nwhat replaying one group would do: npx hoox dlq plan --fingerprint <cause>${rest && ` ${rest}`}`);
  }
}
