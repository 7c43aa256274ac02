import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { itemsTable, jobsTable, jobText } from "../../output/replay.ts";

const SHOWN_ITEMS = "100";

export class DlqReplayStatus extends MeshCommand {
  static override paths = [["dlq", "replay", "status"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Replays: how far they are, and why letters were not executed",
    details:
      "Without an id: all replays, the latest first. With --watch it goes on until the replay has ended, and exits as the replay itself: 0 when all letters were executed, else 1.",
    examples: [
      ["All replays", "npx hoox dlq replay status"],
      [
        "One, with the letters that it did not execute",
        "npx hoox dlq replay status 0c2e8f6a-9d41-4f57-8a3b-6e1d2c5b7a90",
      ],
      ["The one that is going on, until it has ended", "npx hoox dlq replay status --watch"],
    ],
  });
  id = Option.String({ name: "id", required: false });
  watch = Option.Boolean("--watch,-w", false, { description: "Look until it has ended" });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    const [{ opsRoutes }, { jobId }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/job-id.ts"),
    ]);
    const mesh = await this.mesh();
    const view = this.view(this.absolute);
    if (this.watch) {
      const { followReplay } = await import("../../letters/follow.ts");
      const id = await jobId(mesh, this.id);
      const begin = async () => (await mesh.call(opsRoutes.replay, { params: { id } })).replay;
      return followReplay(this, mesh, { id, begin, connected: this.id === undefined });
    }
    if (this.id === undefined) {
      const reply = await mesh.call(opsRoutes.replays, { query: { limit: "20" } });
      if (reply.replays.length > 0 || this.json) this.reply(reply, () => jobsTable(reply.replays, view));
      if (reply.replays.length === 0) this.note("no replays yet; what could be replayed: npx hoox dlq plan");
      return 0;
    }
    const params = { id: await jobId(mesh, this.id) };
    const ask = (state: string) => mesh.call(opsRoutes.replay, { params, query: { state, limit: SHOWN_ITEMS } });
    const [{ replay, items: skipped }, { items: failed }] = await Promise.all([ask("skipped"), ask("failed")]);
    const items = [...failed, ...skipped];
    this.reply({ replay, items }, () => {
      const text = jobText(replay, view);
      return items.length === 0 ? text : `${text}\n\n${itemsTable(items, view)}`;
    });
    return 0;
  }
}
