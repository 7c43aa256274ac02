import { decodeHeader } from "#contracts/codec";
import { ReplayDesk } from "./replay-desk.ts";

/** What was sent again to `records`, by message id. */
export function sentTo(desk: ReplayDesk): string[] {
  return desk.queue("records").sent.flatMap((body) => {
    const known = decodeHeader(body)?.known;
    return known && known.type !== "audit.recorded" ? [known.id] : [];
  });
}

/** Everything that was sent or revived takes effect at once. */
export function consume(desk: ReplayDesk): void {
  const sent = new Set(sentTo(desk));
  const revived = new Set(desk.ledger.revived.map(({ requestId }) => requestId));
  for (const { id, status, request_id } of desk.database.letters.values())
    if (status === "replayed" && (sent.has(id) || revived.has(request_id))) desk.database.resolve(id);
}

export function withRecords(count: number, settings = {}): ReplayDesk {
  const desk = new ReplayDesk(settings);
  for (let index = 0; index < count; index += 1) desk.record(`r${String(index).padStart(3, "0")}`);
  desk.meanwhile = () => consume(desk);
  return desk;
}
