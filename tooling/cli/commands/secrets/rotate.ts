import { Command, Option } from "clipanion";
import { SecretsCommand } from "./place.ts";

export class SecretsRotate extends SecretsCommand {
  static override paths = [["secrets", "rotate"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "A new value for a key, with both valid in between: no call is refused",
    details:
      "Each step goes to every Worker and is proven before the next. Stopped anywhere, the same command goes on. The operator's and the webhook key stay valid beside the new one until --finish. The current value is HOOX_CURRENT_VALUE, else the one that this machine set last, else it is asked for.",
    examples: [
      ["The internal key, while the mesh trades", "npx hoox secrets rotate INTERNAL_KEY_BINDING"],
      ["The webhook key; alerts may carry either", "npx hoox secrets rotate WEBHOOK_API_KEY_BINDING --stdin < key.txt"],
      ["Once every alert carries the new one", "npx hoox secrets rotate WEBHOOK_API_KEY_BINDING --finish"],
    ],
  });
  name = Option.String({ name: "name" });
  stdin = Option.Boolean("--stdin", false, { description: "Read the new value from stdin" });
  finish = Option.Boolean("--finish", false, { description: "Drop the old value now" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<void> {
    const [{ secretNamed }, { checkRotatable, rotateHere, rotateThere }] = await Promise.all([
      import("../../../secrets/named.ts"),
      import("../../../secrets/rotation.ts"),
    ]);
    const { secret } = await secretNamed([this.name], undefined);
    const { outside } = checkRotatable(secret.name);
    const place = await this.place();
    this.namePlace(place);
    const keepOld = outside && !this.finish;
    const end = keepOld ? "both values stay valid until --finish" : "then the old one is dropped";
    this.note(`plan: rotate ${secret.name} on ${secret.workers.join(", ")}: accept a new value, send it; ${end}`);
    if (this.dryRun) return void this.planned({ name: secret.name, workers: secret.workers });
    const of = { secret, keepOld, finish: this.finish, stdin: this.stdin };
    const rotated = place.local
      ? await rotateHere(this.context, of)
      : await rotateThere(this.context, place, of, (step) => this.note(step));
    this.reply({ target: place.name, name: secret.name, ...rotated }, () =>
      rotated.result === "done"
        ? this.paint.good(`${secret.name}: rotated`)
        : this.paint.odd(`${secret.name}: both values are valid`),
    );
    for (const next of rotated.next) this.note(next);
  }
}
