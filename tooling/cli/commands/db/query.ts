import { Command, Option } from "clipanion";
import type { Row } from "#contracts/routes/route";
import { MeshCommand } from "../../base.ts";
import type { MeshClient } from "../../mesh-client.ts";

export class DbQuery extends MeshCommand {
  static override paths = [["db", "query"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "One reading SQL statement on the mesh's database",
    details:
      "Tables: system_logs, signals, orders, fills, positions, notifications, dead_letters, audit_log, queue_samples (what waits in a ledger stands there as `ledger <name>`).",
    examples: [
      [
        "The way of one request",
        "npx hoox db query \"SELECT created_at, worker, message, severity FROM system_logs WHERE request_id = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d' ORDER BY created_at ASC\"",
      ],
      ["For a script", 'npx hoox db query --json "SELECT count(*) AS n FROM signals"'],
    ],
  });
  remote = Option.Boolean("--remote", false, {
    description: "The active profile's mesh; without one, the mesh on the Cloudflare account",
  });
  sql = Option.String({ name: "sql" });

  async answer(): Promise<void> {
    const [mesh, { opsRoutes }] = await Promise.all([this.#asked(), import("#contracts/routes/ops")]);
    const { rows } = await mesh.call(opsRoutes.query, { body: { sql: this.sql } });
    this.reply({ rows }, () => this.rowsText(rows));
    if (!this.json) this.note(rows.length === 1 ? "1 row" : `${rows.length} rows`);
  }

  async #asked(): Promise<MeshClient> {
    if (!this.remote) return this.mesh();
    const { meshThere } = await import("../../../secrets/place.ts");
    return meshThere(this.context, this.target);
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
