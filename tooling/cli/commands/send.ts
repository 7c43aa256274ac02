import { Command, Option } from "clipanion";
import { MeshCommand } from "../base.ts";
import type { ExitCode } from "../errors.ts";
import { count } from "../options.ts";
import { duration } from "../output/time.ts";
import type { Sent } from "../send.ts";

export class Send extends MeshCommand {
  static override paths = [["send"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "Send an alert to the mesh, as TradingView would",
    details:
      "Without flags: a small buy on the paper venue. Anything but the local mesh needs --yes, because the alert is real there.",
    examples: [
      ["A small paper buy", "npx hoox send"],
      ["Close it again", "npx hoox send --action close --symbol BTCUSDT"],
      ["The same alert twice: the second is a duplicate", "npx hoox send --duplicate"],
      [
        "As a strategy of your own, with its symbol and size; HOOX_STRATEGY_KEY does the same",
        "npx hoox send --key-file scalper.key --defaults",
      ],
      ["A file as it is; - is stdin", "npx hoox send --file alert.json"],
    ],
  });
  file = Option.String("--file", { description: "Send this file's text as it is; - for stdin" });
  keyFile = Option.String("--key-file", { description: "Send with the strategy's key in this file; - for stdin" });
  defaults = Option.Boolean("--defaults", false, { description: "Leave symbol and size to the strategy unless given" });
  symbol = Option.String("--symbol", { description: "Such as ETHUSDT or BTCUSDT.P (default BTCUSDT)" });
  action = Option.String("--action", {
    description: "buy (default), sell, long, short, close, close_long, close_short",
  });
  quantity = Option.String("--quantity", { description: "In units of the base coin (default 0.001, for exits all)" });
  price = Option.String("--price", { description: "Reference price, or the limit (default 65000 for BTCUSDT)" });
  orderType = Option.String("--order-type", { description: "market (default) or limit" });
  exchange = Option.String("--exchange,--venue", {
    description: "paper (default), binance, binance-usdm, bybit or mexc",
  });
  account = Option.String("--account", { description: "The account (default: the gateway's)" });
  leverage = Option.String("--leverage", { description: "For perpetuals" });
  stopLoss = Option.String("--stop-loss", { description: "A price, or a distance such as 2%" });
  takeProfit = Option.String("--take-profit", { description: "A price, or a distance such as 4%" });
  reduceOnly = Option.Boolean("--reduce-only", { description: "It may only reduce: buy closes a short, sell a long" });
  id = Option.String("--id", { description: "The alert's own id (default: a fresh one)" });
  repeat = Option.String("--repeat", "1", { description: "Send so many different alerts, one after the other" });
  duplicate = Option.Boolean("--duplicate", false, { description: "Send each alert twice" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask before sending to a mesh that is not local" });

  async answer(): Promise<ExitCode> {
    const { keyToSend } = await import("../send-key.ts");
    const { bodies, deliver, exitCodeOf, traceHint } = await import("../send.ts");
    const repeat = count("--repeat", this.repeat, { min: 1, max: 10_000 });
    const mesh = await this.mesh();
    const key = await keyToSend(this.context, this, mesh.target);
    const alerts = await bodies(this, { repeat, key, stdin: this.context.stdin });
    this.nameTarget(mesh.target);
    if (!mesh.target.local) {
      await this.confirm({
        plan: `plan: send ${repeat} alert${repeat === 1 ? "" : "s"}: real ones, for this mesh`,
        yes: this.yes,
      });
    }
    const sent: Sent[] = [];
    for (const alert of alerts.flatMap((each) => (this.duplicate ? [each, each] : [each])))
      sent.push(await deliver(mesh, alert));
    this.reply({ results: sent }, () => sent.map((each) => this.line(each)).join("\n"));
    const hint = traceHint(sent);
    if (hint !== undefined) this.note(hint);
    return exitCodeOf(sent);
  }

  line(sent: Sent): string {
    const { paint } = this;
    const status = sent.status === "accepted" ? paint.good : sent.status === "duplicate" ? paint.odd : paint.bad;
    const head = `${sent.http} ${status(sent.status.padEnd(9))}  ${sent.requestId ?? "-"}  ${duration(sent.ms)}`;
    return sent.error === undefined
      ? head
      : `${head}\n  ${sent.error}${sent.hint === undefined ? "" : `\n  ${sent.hint}`}`;
  }
}
