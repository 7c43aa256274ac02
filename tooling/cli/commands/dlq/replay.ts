import { randomUUID } from "node:crypto";
import { Command, Option } from "clipanion";
import type { Forcible } from "#contracts/dead-letter";
import type { LetterSelection } from "#contracts/replay";
import { usageError } from "../../errors.ts";
import { SelectingCommand } from "../../letters/command.ts";
import type { MeshClient } from "../../mesh-client.ts";
import { count } from "../../options.ts";
import { executable, summaryTable } from "../../output/letter-plan.ts";

export class DlqReplay extends SelectingCommand {
  static override paths = [["dlq", "replay"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Execute dead letters again: the SAFE ones, at a rate, the first few alone",
    details:
      "Filters show their plan first and ask. Each letter is judged again when its turn comes. The replay is a job of the mesh: Ctrl-C and a lost connection leave it running. Exits 0 when all letters were executed, 1 when some were not, 2 when nothing was started, 3 when the mesh failed.",
    examples: [
      ["One cause: shows the plan, and asks", "npx hoox dlq replay --fingerprint 93f1a0c5d2e4b678"],
      ["Exactly what a plan has shown", "npx hoox dlq replay --plan 3f2a9c5d1e7b8064"],
      ["One letter", "npx hoox dlq replay 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3"],
      ["Those that came too late, too", 'npx hoox dlq replay --class bug --force STALE --reason "the price is back"'],
      ["All that are open, without being asked", "npx hoox dlq replay --all --rate 100 --yes"],
    ],
  });
  plan = Option.String("--plan", { description: "The hash of a plan: its letters, unless something has changed" });
  force = Option.Array("--force", [], { description: "STALE, SUPERSEDED or NEEDS_FIX: execute those, too" });
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });
  rate = Option.String("--rate", "20", { description: "Letters per second at most, 1 to 500 (default 20)" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<0 | 1> {
    const [{ opsRoutes }, { readForce }, { readSelection }, { followReplay }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../letters/force.ts"),
      import("../../letters/selection.ts"),
      import("../../letters/follow.ts"),
    ]);
    const rate = count("--rate", this.rate, { min: 1, max: 500 });
    if (this.reason?.trim() === "") throw usageError("--reason must say something");
    const force = readForce(this.force, this.reason);
    const chosen = { ids: this.ids, all: this.all, flags: this.letterFlags() };
    const planHash = this.plan;
    const look = { now: this.context.now(), command: "replay", byPlan: planHash !== undefined };
    const selection = readSelection(chosen, look);
    const mesh = await this.mesh();
    this.nameTarget(mesh.target);
    const seen = planHash === undefined ? await this.agree(mesh, selection, force) : { planHash };
    if ("exitCode" in seen) return seen.exitCode;
    const id = randomUUID();
    const body = { ...selection, id, planHash: seen.planHash, rate, force, reason: this.reason };
    return followReplay(this, mesh, {
      id,
      begin: async () => (await mesh.call(opsRoutes.createReplay, { body })).replay,
      connected: planHash === undefined,
    });
  }

  /** Shows what would be done; filters need a yes. Answers the plan that was agreed to, or the end of it all. */
  async agree(
    mesh: MeshClient,
    selection: LetterSelection,
    force: readonly Forcible[],
  ): Promise<{ planHash: string | undefined } | { exitCode: 0 | 1 }> {
    const { opsRoutes } = await import("#contracts/routes/ops");
    const plan = await mesh.call(opsRoutes.planReplay, { body: selection });
    const isWhole = this.noteGaps(selection, plan);
    const executed = executable(plan, force);
    if (executed === 0) {
      if (this.json) this.print(JSON.stringify({ replay: null, plan }));
      if (plan.letters.length > 0) this.note(summaryTable(plan.summary, force, this.view(false)));
      else if (isWhole) this.note("no open letter fits: nothing to replay");
      return { exitCode: isWhole && plan.letters.length === 0 ? 0 : 1 };
    }
    const words = `${summaryTable(plan.summary, force, this.view(false))}\n\nplan: execute ${executed} of ${plan.letters.length} letters`;
    await this.confirm({ plan: words, yes: this.yes || selection.ids !== undefined });
    return { planHash: this.yes ? undefined : plan.hash };
  }
}
