import { Command } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import type { WorkerHealth } from "../../health.ts";
import { duration } from "../../output/time.ts";

export class CheckHealth extends MeshCommand {
  static override paths = [["check", "health"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether every Worker answers and reaches what it depends on",
    details: "Exits 1 unless all are healthy.",
    examples: [
      ["All Workers", "npx hoox check health"],
      ["For a monitor", "npx hoox check health --json"],
    ],
  });

  async answer(): Promise<ExitCode> {
    const [mesh, { checkHealth }] = await Promise.all([this.mesh(), import("../../health.ts")]);
    const workers = await checkHealth(mesh);
    this.reply(workers, () =>
      this.table(
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
      ),
    );
    if (workers.every((each) => each.status === "healthy")) return 0;
    this.note("what the logs say: npx hoox logs query --level error --since 1h");
    return 1;
  }

  status(row: WorkerHealth): string {
    if (row.status === "healthy") return this.paint.good(row.status);
    return row.status === "degraded" ? this.paint.odd(row.status) : this.paint.bad(row.status);
  }
}
