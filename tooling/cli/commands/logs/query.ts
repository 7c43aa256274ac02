import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { count } from "../../options.ts";
import { logRowText } from "../../output/log-line.ts";

export class LogsQuery extends MeshCommand {
  static override paths = [["logs", "query"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Stored log lines of all Workers, oldest first",
    details: "Lines arrive within about five seconds of being written. Times are UTC. Exits 1 when no line fits.",
    examples: [
      ["Everything about one request", "npx hoox logs query --request-id 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"],
      ["Errors of the last hour", "npx hoox logs query --level error --since 1h"],
      ["What a Worker said of a venue", "npx hoox logs query --worker trade-worker --grep binance --since 10m"],
    ],
  });
  requestId = Option.String("--request-id", { description: "Only lines of this request" });
  worker = Option.String("--worker", { description: "Only lines of this Worker" });
  level = Option.String("--level", { description: "debug, info, warn or error" });
  grep = Option.String("--grep", { description: "Only lines that contain this text" });
  since = Option.String("--since", { description: "90s, 10m, 2h or 1d ago, or an ISO time" });
  limit = Option.String("--limit", "100", { description: "At most so many" });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    const [{ opsRoutes }, { readLogFilter }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../logs/filter.ts"),
    ]);
    const now = this.context.now();
    const filter = readLogFilter({ ...this, workers: this.worker === undefined ? [] : [this.worker] }, now);
    const limit = String(count("--limit", this.limit, { min: 1, max: 1_000 }));
    const mesh = await this.mesh();
    const reply = await mesh.call(opsRoutes.logs, { query: { ...filter, limit } });
    // The mesh counts by arrival; Workers' lines arrive in batches of their own.
    const logs = reply.logs.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
    if (logs.length === 0)
      this.note("no log line fits (lines arrive within about five seconds); try fewer filters: npx hoox logs query");
    if (logs.length === 0 && !this.json) return 1;
    const shared = {
      now,
      absolute: this.absolute,
      paint: this.paint,
      requestId: !this.requestId,
      columns: this.context.columns,
    };
    this.reply({ logs }, () => logs.map((row) => logRowText(row, shared)).join("\n"));
    return logs.length === 0 ? 1 : 0;
  }
}
