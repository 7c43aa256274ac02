import { Option } from "clipanion";
import type { Place } from "../../../secrets/place.ts";
import { usageError } from "../../errors.ts";
import { read } from "../../options.ts";
import { PlaceCommand } from "../../place-command.ts";
import type { AnyQueue } from "../../queues/names.ts";

/** A change of one queue: of the local mesh, or of the account. */
export abstract class QueueCommand extends PlaceCommand {
  queue = Option.String({ name: "queue" });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });

  /** Reads the arguments before anybody is asked, and names the target. */
  async begin(): Promise<{ name: AnyQueue; reason: string; place: Place }> {
    const { anyQueue } = await import("../../queues/names.ts");
    const name = read("queue", anyQueue, this.queue);
    if (this.reason?.trim() === "") throw usageError("--reason must say something");
    const place = await this.place();
    this.namePlace(place, place.mesh?.target.url);
    return { name, place, reason: this.reason ?? `hoox ${this.path.join(" ")}` };
  }

  /** The end of a change. `problems`: it was done, and this went wrong. */
  done(of: { queue: string; place: Place; result: string; problems?: readonly string[] }): void {
    const { queue, place, result, problems = [] } = of;
    const document = { queue, place: place.local ? "local" : "remote", result, problems };
    this.reply(document, () => `${queue}: ${result}`);
    for (const problem of problems) this.note(problem);
  }
}
