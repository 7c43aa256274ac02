import type { ArrivedLetter } from "#queues/dead-letters";
import { rowsOf } from "../database.ts";
import type { Deps } from "../ports.ts";

/** One notification per fingerprint and hour; its id is derived from both, so that repeats collapse. */
export async function notifyOfLetters(
  letters: readonly ArrivedLetter[],
  deps: Pick<Deps, "database" | "producer" | "now">,
): Promise<void> {
  const at = deps.now();
  const hour = at.toISOString().slice(0, 13);
  const news = await rowsOf(
    deps.database,
    `SELECT id, (SELECT count(*) FROM dead_letters AS alike
        WHERE alike.fingerprint = dead_letters.fingerprint AND alike.status = 'open') AS alike
      FROM dead_letters WHERE id IN (SELECT value FROM json_each(?1)) AND status = 'open'
      AND fingerprint NOT IN (SELECT fingerprint FROM dead_letters WHERE notified_at >= ?2)`,
    JSON.stringify(letters.map(({ letter }) => letter.messageId)),
    hour,
  );
  const openAlike = new Map(news.map((row) => [row["id"], Number(row["alike"])]));
  const causes = Map.groupBy(
    letters.filter(({ letter }) => openAlike.has(letter.messageId)),
    ({ letter }) => letter.fingerprint,
  );
  for (const alike of causes.values()) {
    const open = openAlike.get(alike[0]?.letter.messageId) ?? alike.length;
    await notify(alike, { at, hour, open }, deps);
    await deps.database.batch([
      {
        sql: "UPDATE dead_letters SET notified_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
        params: [JSON.stringify(alike.map(({ letter }) => letter.messageId)), at.toISOString()],
      },
    ]);
  }
}

async function notify(
  alike: readonly ArrivedLetter[],
  when: { at: Date; hour: string; open: number },
  deps: Pick<Deps, "producer">,
): Promise<void> {
  const [first] = alike;
  if (!first) return;
  const { header, letter } = first;
  const { open } = when;
  const count = open === 1 ? "" : ` (${open} messages)`;
  const next = open === 1 ? `show ${letter.messageId}` : `plan --fingerprint ${letter.fingerprint}`;
  await deps.producer.send(
    "notifications",
    "notification.requested",
    {
      severity: "warning",
      title: `Parked: ${letter.type ?? "an unreadable message"} of ${letter.originQueue}${count}`,
      details: [
        { label: "Why", value: `${letter.error}: ${letter.reason}`.slice(0, 500) },
        { label: "Attempts", value: String(letter.attempts) },
        { label: "Request", value: header.requestId },
        { label: "Next", value: `npx hoox dlq ${next}`.slice(0, 500) },
      ],
      at: when.at,
    },
    {
      id: `parked/${letter.originQueue}/${letter.fingerprint}/${when.hour}`,
      requestId: header.requestId,
      causationId: letter.messageId,
    },
  );
}
