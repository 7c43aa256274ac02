import { toArchived, type ArchivedRow } from "./tables.ts";
import type { ArchiveKind, Hour } from "./sources.ts";

const ROOT = "archive";
const SUFFIX = ".ndjson.gz";

/** Where the parts of an hour stand: `archive/logs/2026-11-28T05/000001.ndjson.gz`. */
export function folderOf(kind: ArchiveKind, hour: Hour): string {
  return `${ROOT}/${kind}/${hour}/`;
}

export function partName(folder: string, number: number): string {
  return `${folder}${String(number).padStart(6, "0")}${SUFFIX}`;
}

export function partNumber(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf("/") + 1), 10);
}

/** One row a line, its requestId in each, compressed. */
export async function pack(rows: readonly ArchivedRow[]): Promise<Uint8Array> {
  const text = rows.map(({ row }) => `${JSON.stringify(row)}\n`).join("");
  return through(new TextEncoder().encode(text), new CompressionStream("gzip"));
}

/** The rows of a part, or those of one request. Throws when it is damaged. */
export async function unpack(bytes: Uint8Array, requestId?: string): Promise<ArchivedRow[]> {
  const text = new TextDecoder().decode(await through(bytes, new DecompressionStream("gzip")));
  return text
    .split("\n")
    .filter((line) => line !== "" && (requestId === undefined || line.includes(requestId)))
    .map((line) => toArchived(JSON.parse(line)))
    .filter(({ row }) => requestId === undefined || row["request_id"] === requestId);
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const written = new Response(new Uint8Array(bytes)).body?.pipeThrough(stream);
  return new Uint8Array(await new Response(written).arrayBuffer());
}
