import type { DeadLetterRow } from "#contracts/letter-view";
import type { LogRow } from "#contracts/log-view";
import type { Row } from "#contracts/routes/route";
import { toDeadLetterRow, toLogRow, toRow } from "../queries/row.ts";
import type { Deps } from "../ports.ts";
import { folderOf, unpack } from "./part.ts";
import { beginOf, endOf, hourOf, type ArchiveKind, type Hour } from "./sources.ts";
import type { ArchivedRow, TableName } from "./tables.ts";

type Needs = Pick<Deps, "archive">;

/** Hours that one question reads: a signal that stayed open for weeks is shown by its first ones and its last ones. */
const MOST_HOURS = 24;

/** The parts of an hour in the order in which they were written, each with its rows or with what is wrong with it. */
export async function* partsOf(
  kind: ArchiveKind,
  hour: Hour,
  { archive }: Needs,
  requestId?: string,
): AsyncGenerator<{ rows: ArchivedRow[]; problem?: string }> {
  for (const name of await archive.list(folderOf(kind, hour), { limit: 1_000 })) {
    const bytes = await archive.getBytes(name);
    if (bytes === undefined) continue;
    try {
      yield { rows: await unpack(bytes, requestId) };
    } catch (error) {
      yield { rows: [], problem: `${name} cannot be read: ${String(error)}` };
    }
  }
}

async function rowsOfRequest(
  kind: ArchiveKind,
  hours: readonly Hour[],
  requestId: string,
  deps: Needs,
): Promise<{ rows: ArchivedRow[]; problems: string[] }> {
  const problems: string[] = [];
  const rows: ArchivedRow[] = [];
  for (const hour of hours) {
    for await (const part of partsOf(kind, hour, deps, requestId)) {
      rows.push(...part.rows);
      if (part.problem !== undefined) problems.push(part.problem);
    }
  }
  return { rows, problems };
}

/** A row that changed between its copy and its deletion was copied once more: what was written last counts. */
function newest(rows: readonly ArchivedRow[]): ArchivedRow[] {
  return [...new Map(rows.map((each) => [`${each.table} ${String(each.row["archived_key"])}`, each])).values()];
}

export interface ArchivedRequest {
  orders: Row[];
  fills: Row[];
  notifications: Row[];
  deadLetters: DeadLetterRow[];
  logs: LogRow[];
  problems: string[];
}

/** What the archive has of a request that was accepted and settled then. */
export async function readArchivedRequest(
  { requestId, from, to }: { requestId: string; from: Date; to: Date },
  deps: Needs,
): Promise<ArchivedRequest> {
  const hours = hoursBetween(from, to);
  const [records, ...byHour] = await Promise.all([
    rowsOfRequest("records", [hourOf(from)], requestId, deps),
    ...(["notices", "letters", "logs"] as const).map((kind) => rowsOfRequest(kind, hours.read, requestId, deps)),
  ]);
  const found = newest([records, ...byHour].flatMap(({ rows }) => rows));
  const of = (table: TableName): Row[] => found.filter((each) => each.table === table).map(plainRow);
  return {
    orders: of("orders"),
    fills: of("fills"),
    notifications: of("notifications"),
    // Their signal has no row beside them here.
    deadLetters: of("dead_letters").map((row) => toDeadLetterRow({ ...row, lane: null, strategy: null })),
    logs: of("system_logs").map(toLogRow),
    problems: [
      ...[records, ...byHour].flatMap(({ problems }) => problems),
      ...(hours.left > 0 ? [`${hours.left} hours of its archived log lines were not looked through`] : []),
    ],
  };
}

/** As the table has it. */
function plainRow({ row }: ArchivedRow): Row {
  const { archived_table: _table, archived_key: _key, archived_version: _version, ...columns } = row;
  return toRow(columns);
}

function hoursBetween(from: Date, to: Date): { read: Hour[]; left: number } {
  const all: Hour[] = [];
  for (let hour = hourOf(from); beginOf(hour) <= to; hour = hourOf(endOf(hour))) all.push(hour);
  if (all.length <= MOST_HOURS) return { read: all, left: 0 };
  const half = MOST_HOURS / 2;
  return { read: [...all.slice(0, half), ...all.slice(-half)], left: all.length - MOST_HOURS };
}
