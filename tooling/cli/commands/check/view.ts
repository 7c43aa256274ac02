import { Command } from "clipanion";
import type { View } from "../../../checks/views.ts";
import type { ExitCode } from "../../errors.ts";
import { PlaceCommand } from "../../place-command.ts";

/** Shows what a part of the checks finds. Changes nothing. */
export abstract class DiagnosisCommand extends PlaceCommand {
  async show(view: View | undefined): Promise<ExitCode> {
    const [{ diagnose }, { lookAt }, { diagnosisText, diagnosisView, exitCodeOf }] = await Promise.all([
      import("../../../checks/diagnose.ts"),
      import("../../../checks/world/look.ts"),
      import("../../output/diagnosis.ts"),
    ]);
    const place = await this.place();
    const diagnosis = diagnosisView(place.name, await diagnose(lookAt(this.context, place), view));
    this.reply(diagnosis, () => diagnosisText(diagnosis, this.paint));
    return exitCodeOf(diagnosis);
  }
}

const details = "Exits 1 when it finds something, 3 when it could not look everywhere.";

export class CheckConfig extends DiagnosisCommand {
  static override paths = [["check", "config"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether registry, wrangler.jsonc, account and KV say the same",
    details,
    examples: [
      ["Of this machine or of the active profile", "npx hoox check config"],
      ["Of the account, for a script", "npx hoox check config --remote --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    return this.show((await import("../../../checks/views.ts")).checkViews.config);
  }
}

export class CheckSetup extends DiagnosisCommand {
  static override paths = [["check", "setup"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether everything that Hoox needs is there: Workers, queues, database, KV, secrets",
    details,
    examples: [
      ["Of this machine or of the active profile", "npx hoox check setup"],
      ["Of the account", "npx hoox check setup --remote"],
    ],
  });

  async answer(): Promise<ExitCode> {
    return this.show((await import("../../../checks/views.ts")).checkViews.setup);
  }
}

export class CheckPrerequisites extends DiagnosisCommand {
  static override paths = [["check", "prerequisites"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether this machine, its clock and the API token are fit to work with",
    details: `${details} Of the token's permissions only reading can be tried: that one to edit is missing shows when something is changed.`,
    examples: [
      ["To run it here", "npx hoox check prerequisites"],
      ["To deploy from here", "npx hoox check prerequisites --remote"],
    ],
  });

  async answer(): Promise<ExitCode> {
    return this.show((await import("../../../checks/views.ts")).checkViews.prerequisites);
  }
}
