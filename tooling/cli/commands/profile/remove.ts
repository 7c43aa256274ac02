import { Command, Option } from "clipanion";
import { HooxCommand } from "../../base.ts";

export class ProfileRemove extends HooxCommand {
  static override paths = [["profile", "remove"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "Forget a name, its address and its key; the mesh goes on",
    examples: [["A mesh that is gone", "npx hoox profile remove production"]],
  });
  name = Option.String({ name: "name" });

  async answer(): Promise<void> {
    const { knownProfile, profilesPath, readProfiles, writeProfiles } = await import("../../profiles.ts");
    const file = await readProfiles(this.context);
    const { url } = knownProfile(file, this.name, profilesPath(this.context));
    const { [this.name]: _, ...profiles } = file.profiles;
    const wasActive = file.active === this.name;
    await writeProfiles(this.context, { ...(wasActive ? {} : { active: file.active }), profiles });
    this.reply({ removed: this.name, url }, () => `forgot ${this.name} (${url})`);
    if (wasActive) this.note("it was the active one: commands now speak to local");
  }
}
