import { Command, Option } from "clipanion";
import type { Row } from "#contracts/routes/route";
import { MeshCommand } from "../../base.ts";

export class DbQuery extends MeshCommand {
  static override paths = [["db", "query"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One reading SQL statement on the mesh's database",
    details:
      "Tables: system_logs, signals, orders, fills, positions, notifications, dead_letters, audit_log, queue_samples.",
    examples: [
      [
        "The way of one request",
        "npx hoox db query \"SELECT created_at, worker, message, severity FROM system_logs WHERE request_id = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d' ORDER BY created_at ASC\"",
      ],
      ["For a script", 'npx hoox db query --json "SELECT count(*) AS n FROM signals"'],
    ],
  });
  remote = Option.Boolean("--remote", false, {
    description: "The active profile's mesh (it is the default once a profile is active)",
  });
  sql = Option.String({ name: "sql" });

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.mesh(), import("#contracts/routes/ops")]);
    if (this.remote && mesh.target.local) {
      const { usageError } = await import("../../errors.ts");
      throw usageError(
        "--remote: no profile is active, so only the local mesh is known",
        "set HOOX_URL and HOOX_OPERATOR_KEY, or use --target <profile>",
      );
    }
    const { rows } = await mesh.call(opsRoutes.query, { body: { sql: this.sql } });
    this.reply({ rows }, () => this.rowsText(rows));
    if (!this.json) this.note(rows.length === 1 ? "1 row" : `${rows.length} rows`);
  }

  rowsText(rows: readonly Row[]): string {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (names.length === 0) return this.paint.dim("(nothing)");
    return this.table(
      names.map((title) => ({
        title,
        value: (row: Row) => cell(row[title]),
        shrinkTo: /(?:^|_)id$/.test(title) ? undefined : CUT_TO,
      })),
      rows,
    );
  }
}

/** On a narrow terminal long texts are cut as far as this, a time's length; ids never are. */
const CUT_TO = 24;

function cell(value: Row[string] | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}
