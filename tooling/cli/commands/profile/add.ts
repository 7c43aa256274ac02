import { Command, Option } from "clipanion";
import { HooxCommand } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { read } from "../../options.ts";

export class ProfileAdd extends HooxCommand {
  static override paths = [["profile", "add"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "Give a deployed mesh a name: its address and operator key",
    details:
      "Asks for the operator key without showing it; without a terminal it takes HOOX_OPERATOR_KEY. The key stays in a file that nobody else may read.",
    examples: [
      [
        "A mesh, and make it the one that is meant",
        "npx hoox profile add production https://hoox.example.workers.dev --use",
      ],
      ["A new key after a rotation", "npx hoox profile add production https://hoox.example.workers.dev --replace"],
    ],
  });
  name = Option.String({ name: "name" });
  url = Option.String({ name: "url" });
  use = Option.Boolean("--use", false, { description: "Make it the active profile" });
  replace = Option.Boolean("--replace", false, { description: "Overwrite the profile of this name" });

  async answer(): Promise<void> {
    const [{ profileName, profilesPath, readProfiles, writeProfiles }, { httpUrl, isLoopback }] = await Promise.all([
      import("../../profiles.ts"),
      import("../../target.ts"),
    ]);
    const name = read("name", profileName, this.name);
    const url = httpUrl("url", this.url);
    if (!url.startsWith("https:") && !isLoopback(url)) {
      throw usageError(`${url} is not encrypted: the operator key would travel in the clear`, "use https://");
    }
    const file = await readProfiles(this.context);
    const before = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
    if (before !== undefined && !this.replace) {
      throw usageError(`there is a profile ${name} already, for ${before.url}`, "overwrite it with --replace");
    }
    const operatorKey = await this.#key();
    const active = this.use ? name : file.active;
    // A strategy's key belongs to the address that it was kept for.
    const kept = before?.url === url ? before : {};
    const added = { ...kept, url, ...(operatorKey === undefined ? {} : { operatorKey }) };
    await writeProfiles(this.context, { active, profiles: { ...file.profiles, [name]: added } });
    const hasKey = added.operatorKey !== undefined;
    const document = { name, url, active: active === name, operatorKey: hasKey, path: profilesPath(this.context) };
    this.reply(document, () => `profile ${name}: ${url}, ${hasKey ? "with" : "without"} an operator key`);
    if (!hasKey) this.note(`without one, set HOOX_OPERATOR_KEY, or run it again with --replace`);
    this.note(
      active === name
        ? `it is the active one: npx hoox status`
        : `make it the active one: npx hoox profile use ${name}`,
    );
  }

  async #key(): Promise<string | undefined> {
    const { env, interactive } = this.context;
    const given = interactive
      ? await this.context.askSecret("Its operator key (nothing is shown): ")
      : env["HOOX_OPERATOR_KEY"];
    return given?.trim() || undefined;
  }
}
