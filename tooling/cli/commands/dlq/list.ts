import { Command, Option } from "clipanion";
import { absoluteOption } from "../../base.ts";
import { LettersCommand } from "../../letters/command.ts";
import { count } from "../../options.ts";
import { lettersTable } from "../../output/letters.ts";

export class DlqList extends LettersCommand {
  static override paths = [
    ["dlq", "list"],
    ["dlq", "ls"],
  ];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Dead letters: messages that could not be handled, and why; the latest first",
    details: "Filters combine. Shows open letters unless --status says otherwise. Nothing is consumed by looking.",
    examples: [
      ["What is open", "npx hoox dlq list"],
      ["What one queue could not read", "npx hoox dlq list --queue records --class undecodable"],
      ["What became of those of yesterday", "npx hoox dlq list --since 2d --until 1d --status all"],
    ],
  });
  status = Option.String("--status", "open", { description: "open (default), replayed, resolved, discarded or all" });
  limit = Option.String("--limit", "100", { description: "At most so many (default 100)" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [{ opsRoutes }, { isFiltered, readFilters }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/filters.ts"),
    ]);
    const view = this.view(this.absolute);
    const limit = String(count("--limit", this.limit, { min: 1, max: 1_000 }));
    const filters = readFilters({ ...this.letterFlags(), status: this.status }, view.now);
    const mesh = await this.mesh();
    const reply = await mesh.call(opsRoutes.deadLetters, { query: { ...filters, limit } });
    const { deadLetters, open, total } = reply;
    if (deadLetters.length > 0 || this.json) this.reply(reply, () => lettersTable(deadLetters, view));
    if (deadLetters.length === 0) this.note(nothing(open, isFiltered(this.letterFlags())));
    else if (!this.json)
      this.note(
        `\n${countText(deadLetters.length, total, open)}\nby cause: npx hoox dlq group; one in full: npx hoox dlq show <id>`,
      );
  }
}

function countText(shown: number, total: number, open: number): string {
  return shown < total ? `${shown} of the ${total} that fit, ${open} open in all` : `${open} open in all`;
}

function nothing(open: number, isFiltered: boolean): string {
  if (!isFiltered) return open === 0 ? "no dead letters" : "no dead letters of this status";
  return open === 0 ? "no dead letter fits, and none is open" : `none fits; ${open} open in all: npx hoox dlq list`;
}
