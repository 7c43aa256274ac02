/** Asks each question once, at the same time or later: everybody gets the same answer, or the same failure. */
export class Once {
  readonly #answers = new Map<string, Promise<unknown>>();

  ask<T>(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    // One question has one kind of answer: its name is written where `find` is.
    if (known !== undefined) return known as Promise<T>;
    const answer = find();
    this.#answers.set(question, answer);
    answer.catch(() => undefined);
    return answer;
  }
}
