import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { count, readOptional, readTime } from "../../options.ts";
import { ordersTable } from "../../output/orders.ts";

export class OrdersList extends MeshCommand {
  static override paths = [
    ["orders", "list"],
    ["orders", "ls"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Every alert and what it came to: filled, refused, dropped as a copy, still open; the newest last",
    details:
      "Refused alerts and dropped copies stand here because TradingView shows nobody what it was answered. Exits 1 when no alert fits.",
    examples: [
      ["The latest", "npx hoox orders list"],
      ["What was refused today, and why", "npx hoox orders list --outcome refused --since 1d"],
      ["One strategy's orders of one symbol", "npx hoox orders list --strategy default --symbol BTCUSDT --limit 50"],
    ],
  });
  since = Option.String("--since", { description: "90s, 10m, 2h or 1d ago, or an ISO time" });
  strategy = Option.String("--strategy", { description: "Only alerts of this strategy" });
  symbol = Option.String("--symbol", { description: "Such as ETHUSDT or BTCUSDT.P" });
  outcome = Option.String("--outcome", {
    description: "filled, working, superseded, expired, halted, refused, rejected, failed, duplicate or open",
  });
  limit = Option.String("--limit", "20", { description: "At most so many (default 20)" });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    const [mesh, { opsRoutes }, { orderFilter }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("#contracts/routes/database"),
    ]);
    const view = this.view(this.absolute);
    const query = {
      since: readTime("--since", this.since, view.now),
      strategy: this.strategy,
      symbol: this.symbol?.toUpperCase(),
      outcome: readOptional("--outcome", orderFilter, this.outcome),
      limit: String(count("--limit", this.limit, { min: 1, max: 1_000 })),
    };
    const reply = await mesh.call(opsRoutes.orders, { query });
    this.noteProblems(reply.problems);
    const { orders, searchedSince } = reply;
    if (searchedSince !== undefined) this.note(`alerts before ${searchedSince} were not looked through; see --since`);
    if (orders.length > 0 || this.json) this.reply(reply, () => ordersTable(orders, view));
    if (orders.length === 0) {
      const filtered = [this.since, this.strategy, this.symbol, this.outcome].some((each) => each !== undefined);
      this.note(
        filtered ? "no alert fits; try fewer filters: npx hoox orders list" : "no alert yet; try: npx hoox send",
      );
      return 1;
    }
    if (!this.json) this.note("\nmore of one: npx hoox orders show <requestId>, npx hoox trace <requestId>");
    return 0;
  }
}
