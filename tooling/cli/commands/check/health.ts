import { Command, Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import type { WorkerHealth } from "../../health.ts";
import { duration } from "../../output/time.ts";

export class CheckHealth extends MeshCommand {
  static override paths = [["check", "health"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether every Worker answers and reaches what it depends on",
    details:
      "Of an account (--remote, or a profile) it also says what is not deployed, and what deploys it. Exits 1 unless all are healthy, 3 when that is all that could be seen.",
    examples: [
      ["All Workers", "npx hoox check health"],
      ["For a monitor", "npx hoox check health --json"],
    ],
  });

  remote = Option.Boolean("--remote", false, {
    description: "The mesh of the Cloudflare account, also where no profile is active",
  });

  async answer(): Promise<ExitCode> {
    const [{ findPlace }, { lookAt }, { lookAtHealth }, { byReason, findingText, findingView }] = await Promise.all([
      import("../../../secrets/place.ts"),
      import("../../../checks/world/look.ts"),
      import("../../../checks/health.ts"),
      import("../../output/diagnosis.ts"),
    ]);
    const place = await findPlace(this.context, { target: this.target, remote: this.remote });
    const world = lookAt(this.context, place);
    const { workers, diagnosis } = await lookAtHealth(world);
    const findings = diagnosis.findings.map(findingView);
    this.reply(workers, () =>
      [this.healthTable(workers), ...findings.map((each) => findingText(each, this.paint))].join("\n\n"),
    );
    if (this.json) for (const { what, next } of findings) this.note(`${what}; ${next}`);
    for (const { checks, why } of byReason(diagnosis.unseen)) this.note(`not looked at (${checks.join(", ")}): ${why}`);
    if (findings.length === 0 && workers.every((each) => each.status === "healthy")) {
      return diagnosis.unseen.length > 0 ? 3 : 0;
    }
    this.note(`what the logs say: ${await world.onMesh("npx hoox logs query --level error --since 1h")}`);
    return 1;
  }

  healthTable(workers: readonly WorkerHealth[]): string {
    return this.table(
      [
        { title: "worker", value: (row) => row.worker },
        { title: "status", value: (row) => this.status(row) },
        {
          title: "latency",
          value: (row) => (row.responseTime === undefined ? "-" : duration(row.responseTime)),
          align: "right",
        },
        { title: "connectivity", value: (row) => row.connectivity },
        { title: "version", value: (row) => row.version ?? "-", shrinkTo: 9 },
        { title: "error", value: (row) => row.error ?? "", shrinkTo: 30 },
      ],
      workers,
    );
  }

  status(row: WorkerHealth): string {
    if (row.status === "healthy") return this.paint.good(row.status);
    return row.status === "degraded" ? this.paint.odd(row.status) : this.paint.bad(row.status);
  }
}
