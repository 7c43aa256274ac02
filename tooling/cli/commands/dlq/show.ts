import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { when } from "../../output/time.ts";

export class DlqShow extends MeshCommand {
  static override paths = [["dlq", "show"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "One parked message in full, with its body",
    examples: [
      [
        "By the id that `npx hoox dlq list` shows",
        "npx hoox dlq show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3",
      ],
    ],
  });
  id = Option.String({ name: "id" });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    const reply = await mesh.call(opsRoutes.deadLetter, { params: { id: this.id } });
    const { deadLetter: letter } = reply;
    const time = { now: this.context.now(), absolute: this.absolute };
    const lines: [string, string][] = [
      ["id", letter.id],
      ["queue", letter.queue],
      ["type", letter.type ?? "unreadable"],
      ["status", letter.status],
      ["class", this.paint.bad(letter.class)],
      ["error", letter.error],
      ["reason", letter.reason],
      [
        "attempts",
        `${letter.attempts} by ${letter.parked_by} ${letter.worker_version}, generation ${letter.generation}`,
      ],
      ["first seen", when(letter.first_seen_at, time)],
      ["parked", when(letter.created_at, time)],
      ["cause", letter.fingerprint],
      ["request", letter.request_id],
    ];
    this.reply(reply, () => {
      const text = lines.map(([label, value]) => `${this.paint.dim(label.padEnd(10))}  ${value}`).join("\n");
      return `${text}\n\n${JSON.stringify(reply.body, undefined, 2)}`;
    });
    if (!this.json) this.note(`\nwhat led to it: npx hoox trace ${letter.request_id}`);
  }
}
