import { Command, Option } from "clipanion";
import { HooxCommand } from "../../base.ts";

export class ProfileUse extends HooxCommand {
  static override paths = [["profile", "use"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "Which mesh is meant when none is named",
    examples: [
      ["A deployed one", "npx hoox profile use production"],
      ["The one on this machine again", "npx hoox profile use local"],
    ],
  });
  name = Option.String({ name: "name" });

  async answer(): Promise<void> {
    const { knownProfile, profilesPath, readProfiles, writeProfiles } = await import("../../profiles.ts");
    const { profiles } = await readProfiles(this.context);
    const url =
      this.name === "local" ? undefined : knownProfile({ profiles }, this.name, profilesPath(this.context)).url;
    await writeProfiles(this.context, url === undefined ? { profiles } : { active: this.name, profiles });
    this.reply(
      { active: this.name, ...(url ? { url } : {}) },
      () => `commands now speak to ${this.name}${url ? ` (${url})` : ""}`,
    );
    if (this.context.env["HOOX_URL"]) this.note("HOOX_URL is set and still wins: unset it");
  }
}
