import type { Finding, Invariant } from "./invariant.ts";

/**
 * Every failure is an outcome or a dead letter: what came to a dead-letter queue, what nobody can read and what
 * failed without an order stands among the dead letters, or in the archive while the database was away.
 */
export const lettersKept: Invariant = {
  name: "what cannot be handled is kept",
  check(mesh) {
    const archived = [...mesh.bucket.files.values()];
    const stands = (text: string): boolean =>
      archived.some((file) => file.includes(text)) ||
      mesh.database.rows("SELECT 1 FROM dead_letters WHERE id = ?1 OR instr(body, ?1) > 0", text).length > 0;
    const expected = [
      ...mesh.strays,
      ...[...mesh.queues].flatMap(([name, queue]) => (name.endsWith("-dlq") ? [...queue.texts].flatMap(idOf) : [])),
      ...mesh.database
        .rows(
          `SELECT request_id FROM signals WHERE outcome = 'failed'
             AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.request_id = signals.request_id)`,
        )
        .map((row) => String(row["request_id"])),
    ];
    return [...new Set(expected)]
      .filter((id) => !stands(id))
      .map((id): Finding => ({ expected: `a dead letter of ${id}`, found: "none" }));
  },
};

/** Of the message that a letter is about. */
function idOf(text: string): string[] {
  const id = /"messageId":"([^"]+)"/.exec(text)?.[1] ?? /"id":"([^"]+)"/.exec(text)?.[1];
  return id === undefined ? [] : [id];
}
