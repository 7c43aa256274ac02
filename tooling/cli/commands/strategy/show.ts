import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { read } from "../../options.ts";

export class StrategyShow extends MeshCommand {
  static override paths = [["strategy", "show"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One strategy: where it trades, its defaults, limits and validity, and how old its keys are",
    details: "A key itself is shown only when it is made. What is not shown is not set.",
    examples: [["By name", "npx hoox strategy show scalper"]],
  });
  name = Option.String({ name: "name" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [{ opsRoutes }, { strategyName }, { strategyText }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("#contracts/strategy"),
      import("../../output/strategy.ts"),
    ]);
    const name = read("name", strategyName, this.name);
    const mesh = await this.mesh();
    const reply = await mesh.call(opsRoutes.strategy, { params: { name } });
    const look = { now: this.context.now(), absolute: this.absolute, paint: this.paint };
    this.reply(reply, () => strategyText(reply.strategy, look));
  }
}
