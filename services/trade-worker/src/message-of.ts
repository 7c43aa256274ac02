import { redact } from "#queues/redact";

/** What was thrown, fit to be logged, kept and shown: without secrets, and short. */
export function messageOf(thrown: unknown): string {
  return redact(thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500);
}
