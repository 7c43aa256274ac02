import { Command, Option } from "clipanion";
import type { Worker } from "#contracts/ids";
import type { Deployment } from "../../../cloudflare/index.ts";
import { absoluteOption, HooxCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { count, readOptional } from "../../options.ts";
import { when } from "../../output/time.ts";

type Row = Deployment & { worker: Worker; current: boolean };

export class DeployHistory extends HooxCommand {
  static override paths = [["deploy", "history"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "What was deployed on the account, when and by whom; the latest first",
    details: "Setting a secret is a deployment too. Exits 1 when nothing is deployed.",
    examples: [
      ["All Workers", "npx hoox deploy history"],
      ["One Worker, as a document", "npx hoox deploy history trade-worker --json"],
    ],
  });
  worker = Option.String({ name: "worker", required: false });
  limit = Option.String("--limit", "20", { description: "At most so many (default 20)" });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const { worker, workers } = await import("#contracts/ids");
    const only = readOptional("worker", worker, this.worker);
    const limit = count("--limit", this.limit, { min: 1, max: 1_000 });
    const { openAccount } = await import("../../../cloudflare/index.ts");
    const account = await openAccount(this.context);
    const lists = await Promise.all(
      (only === undefined ? workers : [only]).map(async (name) =>
        ((await account.workers.deployments(name)) ?? []).map((each, index): Row => ({
          ...each,
          worker: name,
          current: index === 0,
        })),
      ),
    );
    const rows = lists
      .flat()
      .toSorted((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? ""))
      .slice(0, limit);
    this.reply({ account: account.name, deployments: rows }, () => this.text(rows));
    if (rows.length > 0) return 0;
    this.note(`${only ?? "no Worker"} is ${only === undefined ? "" : "not "}deployed: npx hoox deploy all`);
    return 1;
  }

  text(rows: readonly Row[]): string {
    const time = { now: this.context.now(), absolute: this.absolute };
    return this.table(
      [
        { title: "when", value: (row) => when(row.createdAt, time) },
        { title: "worker", value: (row) => row.worker },
        { title: "version", value: (row) => row.versions.map(({ id }) => id).join(" ") },
        { title: "", value: (row) => (row.current ? this.paint.good("now") : "") },
        { title: "what", value: (row) => row.message ?? row.cause ?? "-", shrinkTo: 24, below: true },
        { title: "who", value: (row) => row.author ?? "-", shrinkTo: 16, below: true },
      ],
      rows,
    );
  }
}
