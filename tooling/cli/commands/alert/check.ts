import { Command, Option } from "clipanion";
import type { AlertCheck } from "#contracts/routes/webhook";
import { MeshCommand } from "../../base.ts";
import { usageError, type ExitCode } from "../../errors.ts";

export class AlertCheckCommand extends MeshCommand {
  static override paths = [["alert", "check"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "How the mesh would understand an alert, field by field, or why it would refuse it",
    details:
      "Nothing is traded, recorded or told. With --fill, placeholders such as {{ticker}} are filled in first as TradingView would, so that a template can be checked before it is pasted. The formats: docs/alerts.md.",
    examples: [
      ["A file", "npx hoox alert check --file alert.json"],
      ["What is on stdin", "npx hoox alert check --file -"],
      ["A template, with its placeholders filled in", "npx hoox alert check --file alert.json --fill"],
      ["As an alert of another strategy", "npx hoox alert check --file alert.json --strategy scalper"],
    ],
  });
  file = Option.String("--file", { description: "The alert's text as it would be sent; - for stdin" });
  fill = Option.Boolean("--fill", false, { description: "Fill in TradingView's placeholders with samples first" });
  strategy = Option.String("--strategy", {
    description: "The strategy whose rules hold (default: of the alert's key)",
  });

  async answer(): Promise<ExitCode> {
    if (this.file === undefined)
      throw usageError("which alert? --file is missing", "write --file <path>, or --file - for stdin");
    const { checkAlert, filledIn } = await import("../../check-alert.ts");
    const { readAlertFile } = await import("../../send.ts");
    const text = await readAlertFile(this.file, this.context.stdin);
    const { body, filled } = this.fill ? filledIn(text, this.context.now()) : { body: text, filled: [] };
    if (filled.length > 0) this.note(`filled in: ${filled.join(", ")}`);
    const checked = await checkAlert(await this.mesh(), { body, strategy: this.strategy });
    const { paint } = this;
    if ("error" in checked) {
      const { message, hint } = checked.error;
      const lines = [`${paint.bad("refused")}: ${message}`, ...(hint === undefined ? [] : [`  ${hint}`])];
      this.reply({ accepted: false, ...checked }, () => lines.join("\n"));
      return 1;
    }
    this.reply({ accepted: true, ...checked.reply }, () => this.text(checked.reply));
    return 0;
  }

  text({ signal, understood, ignored }: AlertCheck): string {
    const { paint } = this;
    const { action, symbol, account, venue, strategy } = signal;
    const rows = this.table(
      [
        { title: "field", value: (row) => row.field },
        { title: "value", value: (row) => row.value, shrinkTo: 16 },
        { title: "becomes", value: (row) => row.as },
        { title: "which means", value: (row) => row.means },
      ],
      understood,
    );
    const head = `${paint.good("understood")}: ${action} ${symbol} on ${account}:${venue}, strategy ${strategy}`;
    const rest = ignored.length === 0 ? [] : ["", `ignored, because Hoox has no use for it: ${ignored.join(", ")}`];
    return [head, "", rows, ...rest].join("\n");
  }
}
