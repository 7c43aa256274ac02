import { Option } from "clipanion";
import type { LetterSelection, ReplayPlan } from "#contracts/replay";
import { MeshCommand } from "../base.ts";
import type { LetterFlags } from "./filters.ts";

/** The filters that all commands about dead letters share; those that are given must all hold. */
export abstract class LettersCommand extends MeshCommand {
  queue = Option.String("--queue", { description: "Only letters of this queue" });
  since = Option.String("--since", { description: "Parked since: 90s, 10m, 2h or 1d ago, or an ISO time" });
  until = Option.String("--until", { description: "Parked before that, given in the same ways" });
  class = Option.String("--class", { description: "Only this class, such as undecodable or bug" });
  fingerprint = Option.String("--fingerprint", { description: "Only this cause, as `npx hoox dlq group` shows it" });
  lane = Option.String("--lane", { description: "Only this lane, such as main:paper:BTCUSDT" });
  strategy = Option.String("--strategy", { description: "Only letters about signals of this strategy" });
  requestId = Option.String("--request-id", { description: "Only letters of this request" });

  letterFlags(): LetterFlags {
    const { queue, since, until, class: letterClass, fingerprint, lane, strategy, requestId } = this;
    return { queue, since, until, class: letterClass, fingerprint, lane, strategy, requestId };
  }
}

/** A command about letters that are given by id or by filter. */
export abstract class SelectingCommand extends LettersCommand {
  ids = Option.Rest({ name: "ids" });
  all = Option.Boolean("--all", false, { description: "Every open letter; instead of ids and filters" });

  /** Says what could not be asked, and which ids are no open letters; whether there was nothing to say. */
  noteGaps({ ids = [] }: LetterSelection, { letters, problems = [] }: ReplayPlan): boolean {
    this.noteProblems(problems);
    const found = new Set(letters.map((each) => each.id));
    const missing = ids.filter((id) => !found.has(id));
    for (const id of missing) this.note(`not open, or unknown: ${id}`);
    const request = missing.find((id) => /^[0-9a-f-]{36}$/i.test(id));
    if (request !== undefined)
      this.note(`is it the id of a request? Its letters: npx hoox dlq list --status all --request-id ${request}`);
    else if (missing.length > 0) this.note("those that are open: npx hoox dlq list");
    return missing.length === 0;
  }
}
