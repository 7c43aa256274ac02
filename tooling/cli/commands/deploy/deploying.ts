import { Option } from "clipanion";
import type { Worker } from "#contracts/ids";
import type { Account } from "../../../cloudflare/index.ts";
import type { Prepared } from "../../../deploy/prepare.ts";
import { HooxCommand } from "../../base.ts";
import { usageError, type ExitCode } from "../../errors.ts";
import { namedAccount } from "./account.ts";

/** Bringing Workers, and what they need, onto the account. */
export abstract class DeployCommand extends HooxCommand {
  auto = Option.Boolean("--auto", false, { description: "Do not ask; make up the keys that are missing" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only show what would be done" });

  async deploy(of: { chosen: readonly Worker[]; force: boolean; again: string }): Promise<ExitCode> {
    const [account, { prepare }, { fingerprints }] = await Promise.all([
      namedAccount(this),
      import("../../../deploy/prepare.ts"),
      import("../../../deploy/fingerprint.ts"),
    ]);
    const prepared = await prepare(this.context, account, { ...of, prints: fingerprints });
    for (const note of prepared.notes) this.note(note);
    if (!("steps" in prepared)) return this.#refused(account, prepared.problems);
    const [{ planDocument, planText }, { onlyLooks }] = await Promise.all([
      import("../../output/deploy-plan.ts"),
      import("../../../deploy/step.ts"),
    ]);
    const document = planDocument(account, prepared.steps);
    const text = planText(prepared.steps, (...table) => this.table(...table));
    if (this.dryRun) {
      this.reply({ ...document, result: "planned" }, () => text);
      return 0;
    }
    if (!prepared.steps.every(onlyLooks)) await this.#agree(text);
    return this.#execute(account, { ...of, prepared });
  }

  async #agree(plan: string): Promise<void> {
    if (!this.auto && !this.context.interactive) {
      this.note(plan);
      throw usageError("this needs a yes, and there is no terminal to ask on", "add --auto");
    }
    await this.confirm({ plan: `${plan}\n`, yes: this.auto });
  }

  #refused(account: Account, problems: readonly { message: string; todo: string }[]): ExitCode {
    this.reply({ account: account.name, result: "refused", steps: [], workers: [], problems }, () =>
      problems.map(({ message, todo }) => `${message}\n  ${todo}`).join("\n"),
    );
    this.note("nothing was changed");
    return 1;
  }

  async #execute(
    account: Account,
    of: { chosen: readonly Worker[]; again: string; prepared: Prepared },
  ): Promise<ExitCode> {
    const [{ deploy, resultsOf }, { watching }, { outcomeOf, resultText }] = await Promise.all([
      import("../../../deploy/deploy.ts"),
      import("../../deploying/watcher.ts"),
      import("../../output/deploy-result.ts"),
    ]);
    const { chosen, again, prepared } = of;
    const watcher = watching(this.context, prepared.steps.length);
    const tell = (text: string): void => this.note(`  ${text}`);
    const executed = await deploy(this.context, account, { prepared, tell, watcher }).finally(() => watcher.end());
    const workers = await resultsOf(account, { chosen, prepared, executed });
    const outcome = await outcomeOf(this.context, { account, prepared, executed, workers, again });
    this.reply(outcome, () => resultText(outcome, { paint: this.paint, table: (...table) => this.table(...table) }));
    for (const next of outcome.next) this.note(next);
    return executed.failure?.exitCode ?? 0;
  }
}
