import { releaseQueue } from "../triggers.ts";
import type { StepKind, StepOf } from "../step.ts";

/** A queue has one consumer: wrangler would upload the Worker and then fail to make it the second one. */
export const release: StepKind<StepOf<"release">> = {
  words: ({ queue, from }) => ({ what: `free queue ${queue.name}`, why: `${from} takes its messages` }),
  async run({ queue }, { account }) {
    await releaseQueue(account, queue);
  },
};
