import type { LogRow } from "#contracts/log-view";
import { opsRoutes } from "#contracts/routes/ops";
import type { LastingConnection } from "../lasting.ts";
import type { MeshClient } from "../mesh-client.ts";
import type { LogFilter } from "./filter.ts";

/** Of what is stored, when nothing says how much of it is wanted. */
const BACKFILL = 20;
const PAGE = 1_000;
/** Below the patience of everybody between here and the database. */
const WAIT_SECONDS = 20;

/**
 * Stored lines that fit, then new ones as they come in. The mesh counts lines as it stores them, and that count is
 * the only thing that is followed: no line is left out or comes twice, however late or out of time it arrives.
 * Without `since` or `requestId` the stored ones are the last {@link BACKFILL}. Each page is sorted by time.
 */
export async function* tailLogs(
  mesh: MeshClient,
  options: { filter: LogFilter; follow: boolean; connection: LastingConnection; stop: AbortSignal },
): AsyncGenerator<LogRow[]> {
  const { filter, follow, connection, stop } = options;
  const fromStart = filter.since !== undefined || filter.requestId !== undefined;
  let after = fromStart ? "0" : undefined;
  let limit = fromStart ? PAGE : BACKFILL;
  let wait = 0;
  for (;;) {
    const query = { ...filter, after, limit: String(limit), wait: String(wait) };
    const reply = await connection.ask(() => mesh.call(opsRoutes.logs, { query, signal: stop }));
    if (reply === undefined) return;
    yield reply.logs.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
    const more = after !== undefined && reply.logs.length === limit;
    if (!more && !follow) return;
    after = String(reply.next);
    limit = PAGE;
    wait = more ? 0 : WAIT_SECONDS;
  }
}
