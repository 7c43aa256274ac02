import type { LogRow } from "#contracts/log-view";
import type { opsRoutes } from "#contracts/routes/ops";
import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { usageError } from "../../errors.ts";
import type { MeshClient } from "../../mesh-client.ts";
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
      ["An hour of last month, out of the archive", "npx hoox logs query --archive --hour 2026-10-28T05"],
      ["What a Worker said of a venue", "npx hoox logs query --worker trade-worker --grep binance --since 10m"],
    ],
  });
  requestId = Option.String("--request-id", { description: "Only lines of this request" });
  worker = Option.String("--worker", { description: "Only lines of this Worker" });
  level = Option.String("--level", { description: "debug, info, warn or error" });
  grep = Option.String("--grep", { description: "Only lines that contain this text" });
  since = Option.String("--since", { description: "90s, 10m, 2h or 1d ago, or an ISO time" });
  limit = Option.String("--limit", "100", { description: "At most so many" });
  archive = Option.Boolean("--archive", false, { description: "Lines that have left the database, with --hour" });
  hour = Option.String("--hour", { description: "With --archive: an hour of UTC such as 2026-10-28T05" });
  absolute = absoluteOption();

  async answer(): Promise<0 | 1> {
    if (this.archive !== (this.hour !== undefined))
      throw usageError("--archive and --hour go together", "name an hour of UTC: --archive --hour 2026-10-28T05");
    if (this.archive && this.since !== undefined)
      throw usageError("--since does not go with --archive", "an hour is read as a whole: leave --since out");
    const [{ opsRoutes: routes }, { readLogFilter }] = await Promise.all([
      import("#contracts/routes/ops"),
      import("../../logs/filter.ts"),
    ]);
    const now = this.context.now();
    const filter = readLogFilter({ ...this, workers: this.worker === undefined ? [] : [this.worker] }, now);
    const limit = String(count("--limit", this.limit, { min: 1, max: 1_000 }));
    const mesh = await this.mesh();
    const reply = await this.#asked(mesh, routes, { ...filter, limit });
    // The mesh counts by arrival; Workers' lines arrive in batches of their own.
    const logs = reply.logs.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
    if (logs.length === 0 && this.archive)
      this.note(
        `the archive of ${this.hour} has no line that fits; lines move there two weeks after they were written; younger ones: npx hoox logs query`,
      );
    else if (logs.length === 0)
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

  async #asked(
    mesh: MeshClient,
    routes: typeof opsRoutes,
    filter: Record<string, string | undefined>,
  ): Promise<{ logs: LogRow[] }> {
    if (this.hour === undefined) return mesh.call(routes.logs, { query: filter });
    const { since: _since, ...rest } = filter;
    const reply = await mesh.call(routes.archivedLogs, { query: { ...rest, hour: this.hour } });
    for (const problem of reply.problems ?? []) this.note(problem);
    if (reply.left !== undefined) this.note(`${reply.left} more lines of that hour fit; raise --limit or add filters`);
    return reply;
  }
}
