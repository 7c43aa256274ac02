import type { Deps } from "../ports.ts";
import type { ArchiveKind } from "./sources.ts";

type Trouble = { kind: ArchiveKind } & ({ what: "failed"; why: string } | { what: "behind" });

/** Says that a kind of rows could not be archived, or not all that is due: in the log each time, in the chat once a day. */
export async function tellOfArchive(
  trouble: Trouble,
  at: Date,
  { producer, log }: Pick<Deps, "producer" | "log">,
): Promise<void> {
  const { kind } = trouble;
  const [event, title, why] =
    trouble.what === "failed"
      ? (["archive.failed", `The archive of ${kind} fails`, trouble.why] as const)
      : (["archive.behind", `The archive of ${kind} is behind`, "more is due than one run moves"] as const);
  const requestId = crypto.randomUUID();
  log.for(requestId)(trouble.what === "failed" ? "error" : "warn", event, `${title}: ${why}`, { kind });
  const details = [
    { label: "Why", value: why.slice(0, 500) },
    { label: "Meanwhile", value: "nothing is lost; the database grows, and the next hour tries again" },
    { label: "Next", value: "npx hoox logs query --grep archive, then npx hoox status for the database's size" },
  ];
  const notification = { severity: "warning" as const, title, details, at };
  const id = `${event}/${kind}/${at.toISOString().slice(0, 10)}`;
  await producer
    .send("notifications", "notification.requested", notification, { requestId, id })
    .catch((error: unknown) => log("error", "archive.untold", `that could not be told: ${String(error)}`));
}
