import { Command, Option } from "clipanion";
import { strategyAlert } from "../../alert.ts";
import { newKeyText } from "../../output/new-key.ts";
import { read } from "../../options.ts";
import { StrategySettingsCommand } from "../../strategy-command.ts";

export class StrategyAdd extends StrategySettingsCommand {
  static override paths = [["strategy", "add"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "A strategy with a key of its own: prints the key once, the webhook URL and the alert to paste",
    details: "What an alert says wins over the strategy's defaults. Account, venue and limits hold whatever it says.",
    examples: [
      ["On the paper venue", "npx hoox strategy add scalper"],
      [
        "With an account, a size and limits of its own",
        "npx hoox strategy add scalper --account second --size-percent 5% --stop-loss 2% --allow-symbol BTCUSDT --max-notional 500",
      ],
    ],
  });
  name = Option.String({ name: "name" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, { strategyName }, { BARE, settingsWith }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("#contracts/strategy"),
      import("../../strategy-flags.ts"),
    ]);
    const name = read("name", strategyName, this.name);
    const { account = "main", venue = "paper", ...settings } = settingsWith(this, BARE);
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const reply = await mesh.call(opsRoutes.addStrategy, { body: { ...settings, name, account, venue } });
    const { key, strategy } = reply;
    const alert = strategyAlert(key, strategy.defaults);
    const url = `${mesh.target.url}/webhook`;
    this.reply({ ...reply, url, alert }, () => newKeyText({ name, key, url, alert }, this.paint));
    this.note(`\nit trades on account ${account} at ${venue}`);
    if (reply.note !== undefined) this.note(reply.note);
    const symbol = strategy.defaults.symbol === undefined ? " --symbol BTCUSDT" : "";
    const own = (strategy.defaults.quantity ?? strategy.defaults.size) ? " --defaults" : "";
    if (!this.json) this.note(`try it: put the key into a file, then npx hoox send --key-file <file>${own}${symbol}`);
  }
}
