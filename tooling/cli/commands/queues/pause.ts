import { Command, Option } from "clipanion";
import { QueueCommand } from "./change.ts";

const category = "Stop and go";

export class QueuesPause extends QueueCommand {
  static override paths = [["queues", "pause"]];
  static override usage = Command.Usage({
    category,
    description: "Stop the delivery of a queue: what is sent to it waits there",
    details:
      "Nothing is lost until the queue's retention ends: 4 days, dead letters 14. A batch that is on its way is still handled. To stop trading use the kill switch, which lets exits through. On this machine only what trade-worker, telegram-worker and ops-worker consume can rest: the consumer holds its next batch, which depth does not count, and what waits is gone when the mesh ends.",
    examples: [
      ["On this machine", "npx hoox queues pause trade-signals --yes"],
      ["The account's", 'npx hoox queues pause notifications --remote --yes --reason "Telegram is down"'],
    ],
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ deliveryOf }, { consequencesOf }] = await Promise.all([
      import("../../queues/delivery.ts"),
      import("../../queues/consequences.ts"),
    ]);
    const { name, place, reason } = await this.begin();
    const delivery = await deliveryOf(this.context, place, name);
    if (delivery.paused) return this.done({ queue: name, place, result: "was paused already" });
    await this.confirm({ plan: `plan: pause ${name}: ${consequencesOf(name).paused}`, yes: this.yes });
    const problems = await delivery.set({ paused: true, reason });
    this.done({ queue: name, place, result: "paused", problems });
    this.note(`deliver it again: npx hoox queues resume ${name}${place.flag}`);
  }
}

export class QueuesResume extends QueueCommand {
  static override paths = [["queues", "resume"]];
  static override usage = Command.Usage({
    category,
    description: "Deliver a queue again, beginning with what has waited",
    examples: [
      ["On this machine", "npx hoox queues resume trade-signals"],
      ["The account's", "npx hoox queues resume notifications --remote"],
    ],
  });

  async answer(): Promise<void> {
    const { deliveryOf } = await import("../../queues/delivery.ts");
    const { name, place, reason } = await this.begin();
    const delivery = await deliveryOf(this.context, place, name);
    if (!delivery.paused) return this.done({ queue: name, place, result: "was not paused" });
    const problems = await delivery.set({ paused: false, reason });
    this.done({ queue: name, place, result: "resumed", problems });
  }
}
