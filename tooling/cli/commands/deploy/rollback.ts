import { Command, Option } from "clipanion";
import type { Account } from "../../../cloudflare/index.ts";
import type { Rollback } from "../../../deploy/rollback.ts";
import { HooxCommand } from "../../base.ts";
import { CliError, type ExitCode } from "../../errors.ts";
import { read } from "../../options.ts";
import { namedAccount } from "./account.ts";

export class DeployRollback extends HooxCommand {
  static override paths = [["deploy", "rollback"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Let an earlier version of a Worker take the requests again",
    details:
      "The last one before it that was made from something else and that nobody went back from, unless --version names one. The database and the queues stay as they are. The next deploy all brings the newest source again.",
    examples: [
      ["The version before", "npx hoox deploy rollback trade-worker"],
      ["What would be done", "npx hoox deploy rollback trade-worker --dry-run"],
    ],
  });
  worker = Option.String({ name: "worker" });
  version = Option.String("--version", { description: "The id of a version, as deploy history shows it" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only show what would be done" });

  async answer(): Promise<ExitCode> {
    const { worker } = await import("#contracts/ids");
    const name = read("worker", worker, this.worker);
    const account = await namedAccount(this);
    const { planRollback } = await import("../../../deploy/rollback.ts");
    const rollback = await planRollback(account, name, this.version);
    const document = { account: account.name, ...rollback };
    if (this.dryRun) {
      this.reply({ ...document, result: "planned" }, () => planText(rollback));
      return 0;
    }
    await this.confirm({ plan: planText(rollback), yes: this.yes });
    const { goBack } = await import("../../../deploy/rollback.ts");
    const agree = (warning: string): Promise<void> => this.confirm({ plan: warning, yes: this.yes });
    const { warnings } = await goBack(account, rollback, agree);
    const health = await this.#health(account, rollback).catch((error: unknown) => {
      if (error instanceof CliError) return error;
      throw error;
    });
    // What was done is answered before what is said of it.
    const problem = health instanceof CliError ? { problem: health.message, hint: health.hint } : { remark: health };
    const reply = { ...document, warnings, result: "done", ...problem };
    this.reply(reply, () => this.paint.good(`${name} runs ${rollback.to.id}`));
    for (const warning of warnings) this.note(`${warning}; look: npx hoox secrets check --remote`);
    this.note("the next npx hoox deploy all brings the newest source again");
    if (health instanceof CliError) throw health;
    if (health !== undefined) this.note(health);
    return 0;
  }

  async #health(account: Account, { worker, to }: Rollback): Promise<string | undefined> {
    const [{ awaitHealthy }, { gatewayOf, gatewayUrl }] = await Promise.all([
      import("../../../deploy/steps/health.ts"),
      import("../../../deploy/gateway.ts"),
    ]);
    const subdomain = await account.workers.accountSubdomain();
    if (subdomain === undefined) return "not asked: the account has no workers.dev name";
    const mesh = () => gatewayOf(this.context, { accountId: account.id, url: gatewayUrl(subdomain) });
    return awaitHealthy({ context: this.context, account, mesh }, worker, to.id);
  }
}

function planText({ worker, from, to, warnings }: Rollback): string {
  const when = to.createdAt === undefined ? "" : ` of ${to.createdAt}`;
  const what = to.message === undefined ? "" : ` (${to.message})`;
  return [`plan: ${worker} goes back from version ${from} to ${to.id}${when}${what}`, ...warnings].join("\n");
}
