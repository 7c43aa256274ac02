import { Option } from "clipanion";
import { MeshCommand } from "./base.ts";
import type { StrategyFlags } from "./strategy-flags.ts";

/** What `strategy add` and `strategy set` both take. */
export abstract class StrategySettingsCommand extends MeshCommand implements StrategyFlags {
  account = Option.String("--account", { description: "The account its alerts trade on" });
  venue = Option.String("--venue", { description: "paper, binance, binance-usdm, bybit or mexc" });
  symbol = Option.String("--symbol", { description: "What an alert without a symbol trades" });
  quantity = Option.String("--quantity", { description: "How much an alert without a size trades, in base units" });
  sizeQuote = Option.String("--size-quote", { description: "The same, in quote currency, such as 250" });
  sizePercent = Option.String("--size-percent", { description: "The same, in percent of equity, such as 5%" });
  orderType = Option.String("--order-type", { description: "market or limit" });
  leverage = Option.String("--leverage", { description: "For perpetuals" });
  stopLoss = Option.String("--stop-loss", { description: "How far a stop stands from the entry, such as 2%" });
  takeProfit = Option.Array("--take-profit", { description: "The same for a target, such as 4%; several for several" });
  allowSymbol = Option.Array("--allow-symbol", {
    description: "It may trade this symbol, and no others; several for several",
  });
  maxNotional = Option.String("--max-notional", {
    description: "The most that one entry may be worth, at the alert's own price",
  });
  currency = Option.String("--currency", {
    description: "What --max-notional is in, such as BTC; dollars if not said, and symbols in another are not entered",
  });
  maxPosition = Option.String("--max-position", { description: "The largest position, in base units" });
  alertsPerMinute = Option.String("--alerts-per-minute", {
    description: "The most entries in a minute; exits always pass",
  });
  entryValidity = Option.String("--entry-validity", { description: "How long an entry may wait, such as 20s" });
  exitValidity = Option.String("--exit-validity", { description: "How long an exit may wait, such as 15m" });
}
