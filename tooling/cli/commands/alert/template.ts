import { Command, Option } from "clipanion";
import type { StrategyView } from "#contracts/strategy-view";
import { MeshCommand } from "../../base.ts";
import { CliError } from "../../errors.ts";
import type { MeshClient } from "../../mesh-client.ts";
import { read } from "../../options.ts";
import { templateFormats, templateOf } from "../../templates.ts";

export class AlertTemplate extends MeshCommand {
  static override paths = [["alert", "template"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "The webhook's address and the alert to paste into TradingView's message box",
    details:
      "hoox sends every order of a strategy (the default); target sends the position that the strategy wants, and Hoox trades the difference. The key of a strategy of your own was shown once, by strategy add: only a placeholder stands for it. Other systems' formats: docs/alerts.md.",
    examples: [
      ["For strategy default", "npx hoox alert template"],
      ["For a strategy of your own", "npx hoox alert template --strategy scalper"],
      ["By position instead of by order", "npx hoox alert template --format target"],
    ],
  });
  strategy = Option.String("--strategy", "default", { description: "Whose alert it is (default: default)" });
  format = Option.String("--format", "hoox", { description: "hoox (default) or target" });

  async answer(): Promise<void> {
    const [z, { DEFAULT_STRATEGY }] = await Promise.all([import("zod"), import("#contracts/strategy")]);
    const format = read("--format", z.enum(templateFormats), this.format);
    const mesh = await this.mesh();
    const isDefault = this.strategy === DEFAULT_STRATEGY;
    const { defaults, updatedAt } = await strategyOf(this.strategy, mesh);
    const key = (isDefault ? mesh.target.webhookKey : undefined) ?? `<key of strategy ${this.strategy}>`;
    const alert = templateOf(format, key, isDefault && updatedAt === undefined ? undefined : defaults);
    const url = `${mesh.target.url}/webhook`;
    this.reply({ url, strategy: this.strategy, format, alert }, () =>
      [`${this.paint.dim("webhook")}  ${url}`, "", JSON.stringify(alert, undefined, 2)].join("\n"),
    );
    if (key.startsWith("<")) {
      this.note(
        isDefault
          ? "the key is the secret WEBHOOK_API_KEY_BINDING of the mesh; it is not known here"
          : `put in the key that strategy add printed once; a new one: npx hoox strategy rotate ${this.strategy}`,
      );
    }
    if (mesh.target.local) this.note("TradingView cannot reach this machine: README, The alert");
  }
}

async function strategyOf(name: string, mesh: MeshClient): Promise<StrategyView> {
  const { opsRoutes } = await import("#contracts/routes/ops");
  try {
    return (await mesh.call(opsRoutes.strategy, { params: { name } })).strategy;
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== 1) throw error;
    throw new CliError(1, `there is no strategy "${name}"`, { hint: "see: npx hoox strategy list", cause: error });
  }
}
