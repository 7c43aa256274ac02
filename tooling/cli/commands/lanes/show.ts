import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { CliError } from "../../errors.ts";
import { laneText } from "../../output/lane.ts";

export class LanesShow extends MeshCommand {
  static override paths = [["lanes", "show"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One lane: its signals with their legs, why they wait, and what happens next",
    details: "Exits 1 when the lane has nothing that has not ended.",
    examples: [
      ["A lane", "npx hoox lanes show main:paper:BTCUSDT"],
      ["The lane of a signal", "npx hoox lanes show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"],
    ],
  });
  name = Option.String({ name: "lane or requestId" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const { lanes, problems } = await mesh.call(opsRoutes.lanes);
    this.noteProblems(problems);
    const asked = this.name.trim().toLowerCase();
    const lane = lanes.find(
      (each) => each.lane.toLowerCase() === asked || each.signals.some(({ requestId }) => requestId === asked),
    );
    if (lane === undefined) {
      const hint = asked.includes(":")
        ? `busy lanes: ${lanes.map((each) => each.lane).join(", ") || "none"}; its past: npx hoox orders list`
        : `what became of it: npx hoox orders show ${asked}`;
      throw new CliError(1, `nothing of ${this.name} is waiting or under way`, { hint });
    }
    this.reply(lane, () => laneText(lane, this.view(this.absolute)));
  }
}
