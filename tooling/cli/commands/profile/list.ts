import { Command } from "clipanion";
import { HooxCommand } from "../../base.ts";

export class ProfileList extends HooxCommand {
  static override paths = [["profile", "list"]];
  static override usage = Command.Usage({
    category: "Set it up",
    description: "The meshes that are known by name, and which one is meant",
    details: "Keys are never shown.",
    examples: [["All of them", "npx hoox profile list"]],
  });

  async answer(): Promise<void> {
    const { profilesPath, readProfiles } = await import("../../profiles.ts");
    const file = await readProfiles(this.context);
    const known = Object.entries(file.profiles).map(([name, { url, operatorKey }]) => ({
      name,
      url,
      active: file.active === name,
      operatorKey: operatorKey !== undefined,
    }));
    this.reply({ profiles: known, path: profilesPath(this.context) }, () => {
      const local = { name: "local", url: "npm start", active: file.active === undefined, operatorKey: true };
      return this.table(
        [
          { title: "", value: ({ active }) => (active ? "*" : "") },
          { title: "Name", value: ({ name }) => name },
          { title: "Mesh", value: ({ url }) => url },
          { title: "Operator key", value: ({ operatorKey }) => (operatorKey ? "stored" : "none") },
        ],
        [local, ...known],
      );
    });
    if (this.context.env["HOOX_URL"]) this.note("HOOX_URL is set and wins over all of these");
  }
}
