import { Command, Option } from "clipanion";
import { readOptional } from "../../options.ts";
import type { ExitCode } from "../../errors.ts";
import { SecretsCommand } from "./place.ts";

export class SecretsCheck extends SecretsCommand {
  static override paths = [["secrets", "check"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether every Worker has its secrets, and shared keys the same value everywhere",
    details:
      "Names are read from the account (locally from .dev.vars). No value can be read: each Worker proves what it has with an HMAC over a nonce. Where one of the two cannot be asked, the other is used alone. Exits 1 when a secret is missing or differs.",
    examples: [
      ["After a 401 between Workers", "npx hoox secrets check"],
      ["One Worker", "npx hoox secrets check d1-worker"],
      ["Of the account, also where no profile is active", "npx hoox secrets check --remote --json"],
    ],
  });
  worker = Option.String({ name: "worker", required: false });

  async answer(): Promise<ExitCode> {
    const [{ worker: schema }, { reportOn, reportText }] = await Promise.all([
      import("#contracts/ids"),
      import("../../output/secrets.ts"),
    ]);
    const only = readOptional("worker", schema, this.worker);
    const { look } = await import("../../../secrets/look.ts");
    const place = await this.place();
    const report = reportOn(await look(this.context, place), { place, only });
    this.reply(report, () => reportText(report, { paint: this.paint, table: (...of) => this.table(...of) }));
    for (const problem of report.problems) this.note(problem);
    for (const next of report.next) this.note(next);
    return report.result === "ok" ? 0 : report.result === "wrong" ? 1 : 3;
  }
}
