import { Command, Option } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { SecretsCommand } from "./place.ts";

export class SecretsDelete extends SecretsCommand {
  static override paths = [["secrets", "delete"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Take a secret away from every Worker that has it",
    details:
      "On this machine it takes the line out of .dev.vars; npm start makes up again what the mesh cannot do without.",
    examples: [
      ["Credentials of an account that is no more", "npx hoox secrets delete MAIN_BINANCE_API_KEY --yes"],
      ["From one Worker", "npx hoox secrets delete telegram-worker TG_BOT_TOKEN_BINDING"],
    ],
  });
  first = Option.String({ name: "name" });
  second = Option.String({ name: "name of a worker's", required: false });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<ExitCode> {
    const [{ secretNamed }, { deleteSecret }, { changeText }] = await Promise.all([
      import("../../../secrets/named.ts"),
      import("../../../secrets/delete.ts"),
      import("../../output/secret-change.ts"),
    ]);
    const { secret, only, rest } = await secretNamed([this.first, this.second], undefined);
    if (rest !== undefined) {
      const { usageError } = await import("../../errors.ts");
      throw usageError(`"${rest}" is one word too many`, `npx hoox secrets delete <worker> ${secret.name}`);
    }
    const workers = only === undefined ? secret.workers : [only];
    const place = await this.place();
    this.namePlace(place);
    const without = secret.without ?? `${workers.join(", ")} will not work without it`;
    const plan = `plan: delete ${secret.name} from ${place.local ? ".dev.vars" : workers.join(", ")}; ${without}`;
    if (this.dryRun) {
      this.note(plan);
      return this.planned({ name: secret.name, workers });
    }
    await this.confirm({ plan, yes: this.yes });
    const change = await deleteSecret(this.context, place, {
      name: secret.name,
      workers,
      everywhere: workers.length === secret.workers.length,
    });
    this.reply(change, () => changeText(change, this.paint));
    for (const next of change.next) this.note(next);
    return change.result === "done" ? 0 : 3;
  }
}
