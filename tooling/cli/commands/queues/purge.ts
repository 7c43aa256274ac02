import { Command, Option } from "clipanion";
import { CliError, usageError } from "../../errors.ts";
import { when } from "../../output/time.ts";
import { QueueCommand } from "./change.ts";

export class QueuesPurge extends QueueCommand {
  static override paths = [["queues", "purge"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Delete every message of a queue of the account; there is no way back",
    details:
      "Shows first what is lost. Delayed messages go too, what is being handled is handled to its end. Leaves a row in the audit log. The queues of a local mesh live in its memory: they are empty after a restart.",
    examples: [
      ["What would be lost", "npx hoox queues purge notifications --remote --dry-run"],
      ["Do it", 'npx hoox queues purge notifications --remote --yes --reason "a flood of the same message"'],
    ],
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<void> {
    const [{ neededAccount }, { queueThere }, { purgeToTheEnd }, { audited }, { consequencesOf }] = await Promise.all([
      import("../../../secrets/place.ts"),
      import("../../queues/there.ts"),
      import("../../queues/purge.ts"),
      import("../../queues/audited.ts"),
      import("../../queues/consequences.ts"),
    ]);
    const { name, place, reason } = await this.begin();
    if (place.local) {
      throw usageError(
        "queues purge: a queue of the local mesh cannot be emptied while the mesh runs, and is empty after a restart",
        `stop npm start and start it again: what the ledgers have not seen confirmed they send again; the account's: npx hoox queues purge ${name} --remote`,
      );
    }
    const account = await neededAccount(this.context, place);
    const queue = await queueThere(account, name, place);
    const { messages, bytes, oldest } = await account.queues.metrics(queue);
    const age =
      oldest === undefined ? "" : `, the oldest sent ${when(oldest, { now: this.context.now(), absolute: false })}`;
    const plan = [
      `plan: delete all messages of ${name} for good: about ${messages} (${bytes} bytes${age}), and those that are delayed`,
      `  ${consequencesOf(name).purged}`,
    ].join("\n");
    const lost = { messages, bytes, oldestMessageAt: oldest };
    if (this.dryRun) {
      return this.reply(
        { queue: name, place: "remote", result: "planned", ...lost },
        () => `${plan}\nnothing was changed`,
      );
    }
    await this.confirm({ plan, yes: this.yes });
    const ended = await purgeToTheEnd(this.context, account, queue);
    const problems = await audited(place, { queue: name, change: "purge", reason });
    if (!ended) {
      throw new CliError(3, `Cloudflare has begun to purge ${name}, and was not done after a minute`, {
        hint: ["look again: npx hoox queues list" + place.flag, ...problems].join("; "),
      });
    }
    this.done({ queue: name, place, result: "purged", problems });
  }
}
