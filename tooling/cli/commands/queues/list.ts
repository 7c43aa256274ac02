import { Command } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { wholeSeconds } from "../../output/queue-words.ts";
import { absoluteOption } from "../../base.ts";
import { PlaceCommand } from "../../place-command.ts";
import type { ListedQueue } from "../../queues/inventory.ts";

export class QueuesList extends PlaceCommand {
  static override paths = [["queues", "list"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Every queue: who takes from it, with which settings, whether it is delivered, and what waits",
    details:
      "Of an account it also says what is not as the registry wants it, and exits 1 then. When the monitor tells the chat is shown too: its alerts are called <queue>.backlog and <queue>.age, and are set by config:monitor in KV. With a local mesh, what a paused consumer holds back is not counted.",
    examples: [
      ["On this machine, or of the active profile", "npx hoox queues list"],
      ["The account's", "npx hoox queues list --remote"],
      ["Which are paused", "npx hoox queues list --json"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const { inventoryOf } = await import("../../queues/inventory.ts");
    const place = await this.place();
    const { queues, problems, notes } = await inventoryOf(this.context, place);
    this.reply({ place: place.local ? "local" : "remote", queues, problems }, () => this.text(queues));
    for (const problem of [...problems, ...notes, ...place.problems]) this.note(`not asked: ${problem}`);
    const wrong = queues.filter(({ differs }) => differs.length > 0);
    for (const { queue, differs } of wrong) this.note(`${queue} is not as the registry says: ${differs.join("; ")}`);
    if (wrong.length > 0) this.note(`make it so: npx hoox queues apply${place.flag}`);
    return problems.length > 0 ? 3 : wrong.length > 0 ? 1 : 0;
  }

  text(queues: readonly ListedQueue[]): string {
    const batch = ({ batchSize, maxWaitSeconds }: ListedQueue): string =>
      batchSize === undefined ? "-" : `${batchSize}/${maxWaitSeconds ?? "?"} s`;
    return this.table(
      [
        { title: "queue", value: (row) => row.queue },
        { title: "consumer", value: (row) => row.consumer ?? this.paint.bad("nobody") },
        { title: "batch", value: batch },
        { title: "retries", value: (row) => String(row.maxRetries ?? "-"), align: "right" },
        { title: "delivery", value: (row) => this.delivery(row) },
        { title: "messages", value: (row) => String(row.backlogCount ?? "-"), align: "right" },
        { title: "oldest", value: (row) => this.age(row), align: "right" },
        { title: "monitor", value: alertsFrom, below: true },
      ],
      queues,
    );
  }

  age({ oldestMessageAt }: ListedQueue): string {
    if (oldestMessageAt === undefined) return "-";
    return this.absolute ? oldestMessageAt : wholeSeconds(this.context.now().getTime() - Date.parse(oldestMessageAt));
  }

  delivery({ delivery }: ListedQueue): string {
    return delivery === "on" ? this.paint.good(delivery) : this.paint.bad(delivery);
  }
}

/** So many messages, or the oldest so old. */
function alertsFrom({ alerts }: ListedQueue): string {
  const levels = alerts.map(({ of, enter }) => (of === "messages" ? String(enter) : `${enter} s`));
  return levels.length === 0 ? "no alerts" : `alerts from ${levels.join(" or ")}`;
}
