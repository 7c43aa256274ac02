import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";

export class DlqRestore extends MeshCommand {
  static override paths = [["dlq", "restore"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Bring back dead letters that went to the archive while the database was down",
    details: "Each comes back once, however often it is asked. Exits 1 when some could not be brought back.",
    examples: [["After the database was down", 'npx hoox dlq restore --reason "D1 is back"']],
  });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });

  async answer(): Promise<0 | 1> {
    const { opsRoutes } = await import("#contracts/routes/ops");
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const ask = () => mesh.call(opsRoutes.restoreLetters, { body: { reason: this.reason } });
    let reply = await ask();
    let { restored } = reply;
    while (reply.restored > 0 && reply.remaining > 0) {
      this.note(`${restored} restored, ${reply.remaining} to go`);
      reply = await ask();
      restored += reply.restored;
    }
    const { remaining, note } = reply;
    this.reply({ restored, remaining, note }, () => restoredText(restored, remaining));
    if (note !== undefined) this.note(note);
    if (restored > 0 && !this.json) this.note("what they are: npx hoox dlq group");
    return remaining > 0 ? 1 : 0;
  }
}

function restoredText(restored: number, remaining: number): string {
  if (remaining > 0) return `${restored} restored; ${remaining} stay in the archive`;
  return restored === 0 ? "nothing to restore: the archive holds no letters" : `${restored} restored`;
}
