import { ensureTriggers } from "../triggers.ts";
import type { StepKind, StepOf } from "../step.ts";

export const triggers: StepKind<StepOf<"triggers">> = {
  words: ({ worker: { name }, why }) => ({ what: `queues, crons and address of ${name}`, why }),
  async run({ worker, queues }, { account }) {
    return (await ensureTriggers(account, worker, queues)).join("; ");
  },
};
