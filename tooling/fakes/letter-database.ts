import type { JudgedLetter } from "#contracts/letter-view";
import { letterRoutes } from "#contracts/routes/dead-letters";
import type { Route } from "#contracts/routes/route";
import type * as z from "zod";

type Body<R extends Route> = z.infer<R["body"]>;
type Reply<R extends Route> = z.infer<R["reply"]>;
type Routes = typeof letterRoutes;

type Held = JudgedLetter & { body: unknown; deaths: string[]; sentAt?: string };

const PARKED = "2026-11-24T11:59:00.000Z";

/** What d1-worker knows of dead letters and how it changes them, in memory. */
export class FakeLetterDatabase {
  readonly letters = new Map<string, Held>();
  /** Of the letters taken out of the archive. */
  archived = 0;
  now: () => Date = () => new Date(PARKED);
  trouble: Error | undefined;

  add(letter: Partial<JudgedLetter> & Pick<JudgedLetter, "id" | "queue">, body: unknown = {}): JudgedLetter {
    const whole = { ...SAMPLE, ...letter };
    this.letters.set(letter.id, { ...whole, body, deaths: [whole.fingerprint] });
    return whole;
  }

  /** Its effect was seen. */
  resolve(id: string): void {
    Object.assign(this.#letter(id), { status: "resolved", resolved_at: PARKED });
  }

  /** The replayed one was parked again. */
  dieAgain(id: string, fingerprint: string, parkedAt: string): void {
    const letter = this.#letter(id);
    letter.deaths.push(fingerprint);
    Object.assign(letter, { status: "open", parked_at: parkedAt, generation: letter.generation + 1, fingerprint });
  }

  statusOf(id: string): string {
    return this.#letter(id).status;
  }

  /** Answers as d1-worker does on these routes. */
  ask(route: Route, call: { params?: Readonly<Record<string, string>>; body?: unknown }): unknown {
    if (this.trouble) throw this.trouble;
    const answers: ReadonlyMap<Route, () => unknown> = new Map<Route, () => unknown>([
      [letterRoutes.judgeLetters, () => this.#judge(letterRoutes.judgeLetters.body.parse(call.body))],
      [letterRoutes.takeLetters, () => this.#take(letterRoutes.takeLetters.body.parse(call.body))],
      [letterRoutes.releaseLetters, () => this.#release(letterRoutes.releaseLetters.body.parse(call.body))],
      [letterRoutes.reopenLetters, () => this.#reopen(letterRoutes.reopenLetters.body.parse(call.body))],
      [letterRoutes.discardLetters, () => this.#discard(letterRoutes.discardLetters.body.parse(call.body))],
      [letterRoutes.restoreLetters, () => this.#restore()],
      [letterRoutes.replayProgress, () => this.#progress(call.params?.["replayId"] ?? "")],
    ]);
    const answer = answers.get(route);
    if (!answer) throw new Error(`the fake database does not answer ${route.method} ${route.path}`);
    return route.reply.parse(answer());
  }

  #letter(id: string): Held {
    const letter = this.letters.get(id);
    if (!letter) throw new Error(`no letter ${id}`);
    return letter;
  }

  #judge({ filters, cursor, limit }: Body<Routes["judgeLetters"]>): Reply<Routes["judgeLetters"]> {
    const { ids, status, until, fingerprint, queue } = filters;
    const fitting = [...this.letters.values()]
      .filter((letter) => ids === undefined || ids.includes(letter.id))
      .filter((letter) => status === undefined || letter.status === status)
      .filter((letter) => until === undefined || letter.parked_at < until)
      .filter((letter) => fingerprint === undefined || letter.fingerprint === fingerprint)
      .filter((letter) => queue === undefined || letter.queue === queue)
      .toSorted((a, b) => (a.created_at + a.id < b.created_at + b.id ? -1 : 1));
    const from = cursor === undefined ? 0 : Number(cursor);
    const more = from + limit < fitting.length;
    const page = fitting.slice(from, from + limit);
    return { letters: page, total: fitting.length, ...(more ? { next: String(from + limit) } : {}) };
  }

  #take({ replayId, letters }: Body<Routes["takeLetters"]>): Reply<Routes["takeLetters"]> {
    return {
      letters: letters.map(({ id, parkedAt }) => {
        const letter = this.letters.get(id);
        if (!letter) return { status: "unknown", id };
        if (letter.status === "open" && letter.parked_at === parkedAt)
          Object.assign(letter, { status: "replayed", replay_id: replayId, sentAt: this.now().toISOString() });
        const { status, parked_at, generation, replay_id, request_id: requestId, queue, type, body } = letter;
        return status === "replayed" && replay_id === replayId
          ? { status: "taken", id, requestId, queue, type, generation, body }
          : { status: "changed", id, now: { status, parked_at, generation, replay_id } };
      }),
    };
  }

  #release({ replayId, letters }: Body<Routes["releaseLetters"]>): Reply<Routes["releaseLetters"]> {
    const ours = letters.filter(({ id }) => {
      const letter = this.letters.get(id);
      return letter?.status === "replayed" && letter.replay_id === replayId;
    });
    for (const { id } of ours) Object.assign(this.#letter(id), { status: "open", replay_id: null });
    return { released: ours.map(({ id }) => id) };
  }

  #reopen({ sentBefore }: Body<Routes["reopenLetters"]>): Reply<Routes["reopenLetters"]> {
    const silent = [...this.letters.values()].filter(
      ({ status, sentAt }) => status === "replayed" && sentAt !== undefined && sentAt < sentBefore,
    );
    for (const { id } of silent) Object.assign(this.#letter(id), { status: "open", replay_id: null });
    return { reopened: silent.map(({ id, queue }) => ({ id, queue })) };
  }

  #discard({ letters }: Body<Routes["discardLetters"]>): Reply<Routes["discardLetters"]> {
    const [done, changed] = [[] as string[], [] as { id: string }[]];
    for (const { id, parkedAt } of letters) {
      const letter = this.letters.get(id);
      if (letter?.status === "open" && letter.parked_at === parkedAt) {
        letter.status = "discarded";
        done.push(id);
      } else changed.push({ id });
    }
    return { discarded: done, changed };
  }

  #restore(): Reply<Routes["restoreLetters"]> {
    const restored = this.archived;
    this.archived = 0;
    return { restored, remaining: 0, kept: [] };
  }

  #progress(replayId: string): Reply<Routes["replayProgress"]> {
    const ours = [...this.letters.values()].filter((letter) => letter.replay_id === replayId);
    const statuses: Reply<Routes["replayProgress"]>["statuses"] = {};
    for (const { status } of ours) statuses[status] = (statuses[status] ?? 0) + 1;
    const diedAgain = ours
      .filter(({ status }) => status === "open")
      .map(({ id, parked_at: parkedAt, fingerprint, error, reason, deaths }) => {
        const sameCause = deaths.indexOf(fingerprint) < deaths.length - 1;
        return { id, parkedAt, fingerprint, sameCause, error, reason };
      });
    return { statuses, diedAgain };
  }
}

const SAMPLE: JudgedLetter & { queue: string } = {
  id: "sample",
  request_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  created_at: PARKED,
  parked_at: PARKED,
  queue: "records",
  type: null,
  class: "retries_exhausted",
  error: "D1_ERROR",
  reason: "D1_ERROR: no such table",
  fingerprint: "f-records",
  attempts: 9,
  generation: 0,
  replay_id: null,
  status: "open",
  first_seen_at: PARKED,
  resolved_at: null,
  parked_by: "d1-worker",
  worker_version: "v1",
  lane: null,
  strategy: null,
  effective: false,
};
