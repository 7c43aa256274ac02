import { Option } from "clipanion";
import type { Mend } from "../../../checks/check.ts";
import type { View } from "../../../checks/views.ts";
import type { Place } from "../../../secrets/place.ts";
import { usageError, type ExitCode } from "../../errors.ts";
import { PlaceCommand } from "../../place-command.ts";

/** Plans, asks, does, and looks again. */
export abstract class RepairCommand extends PlaceCommand {
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async mend(
    place: Place,
    view: View,
    extra: { before?: readonly Mend[]; after?: readonly Mend[]; ready?: () => Promise<void> } = {},
  ): Promise<ExitCode> {
    const [{ repair }, { handsOf }, output] = await Promise.all([
      import("../../../checks/repair.ts"),
      import("../../../checks/hands.ts"),
      import("../../output/repaired.ts"),
    ]);
    const tell = (line: string): void => this.note(line);
    const hands = handsOf(this.context, place, tell);
    const repaired = await repair(hands, view, { ...extra, goOn: (plan, of) => this.goOn(plan, of), tell });
    const shown = output.repairedView(place.name, repaired);
    this.reply(shown, () => output.repairedText(shown, this.paint));
    return output.repairExitCode(shown);
  }

  async goOn(plan: readonly string[], { first }: { first: boolean }): Promise<boolean> {
    const text = [first ? "plan:" : "what showed then:", ...plan.map((step) => `  ${step}`)].join("\n");
    if (!this.dryRun && first) {
      await this.confirm({ plan: text, yes: this.yes });
      return true;
    }
    this.note(text);
    // Something has been done: a no ends with the report of it.
    return !this.dryRun && (this.yes || this.agreed());
  }

  /** Where the local mesh has nothing of this kind, the account is meant. */
  async neededPlace(options: { local: boolean }): Promise<Place> {
    const place = await this.place();
    if (place.local && !options.local) {
      const words = this.path.join(" ");
      throw usageError(
        `${words}: the local mesh has nothing of that kind to mend; npm start makes it anew`,
        `for the account: npx hoox ${words} --remote`,
      );
    }
    this.namePlace(place, this.context.root);
    return place;
  }
}
