import { Command } from "clipanion";
import { SecretsCommand } from "./place.ts";

export class SecretsList extends SecretsCommand {
  static override paths = [["secrets", "list"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "The names of the secrets that each Worker has; nobody can list values",
    examples: [
      ["Of this machine or of the active profile", "npx hoox secrets list"],
      ["Of the account, for a script", "npx hoox secrets list --remote --json"],
    ],
  });

  async answer(): Promise<void> {
    const { listSecrets } = await import("../../../secrets/list.ts");
    const place = await this.place();
    const secrets = await listSecrets(this.context, place);
    this.reply({ target: place.name, secrets }, () =>
      secrets.length === 0
        ? "there are no secrets yet"
        : this.table(
            [
              { title: "worker", value: ({ worker }) => worker },
              { title: "secret", value: ({ name }) => name },
              { title: "", value: ({ declared }) => (declared ? "" : this.paint.odd("no wrangler.jsonc names it")) },
            ],
            secrets,
          ),
    );
    if (secrets.length === 0) this.note("make the local ones with: npx hoox init");
  }
}
