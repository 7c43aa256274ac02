import { ensureBucket, ensureDatabase, ensureNamespace, ensureQueue } from "../create.ts";
import type { StepKind, StepOf } from "../step.ts";

const MISSING = "not there";

export const queue: StepKind<StepOf<"queue">> = {
  words: ({ queue: { name }, why }) => ({ what: `queue ${name}`, why }),
  async run({ queue: of }, { context, account }) {
    await ensureQueue(context, account, of);
  },
};

export const database: StepKind<StepOf<"database">> = {
  words: ({ name }) => ({ what: `database ${name}`, why: MISSING }),
  async run({ name }, { context, account }) {
    await ensureDatabase(context, account, name);
  },
};

export const namespace: StepKind<StepOf<"namespace">> = {
  words: ({ title }) => ({ what: `KV namespace ${title}`, why: MISSING }),
  async run({ title }, { context, account }) {
    await ensureNamespace(context, account, title);
  },
};

export const bucket: StepKind<StepOf<"bucket">> = {
  words: ({ name }) => ({ what: `bucket ${name}`, why: MISSING }),
  async run({ name }, { context, account }) {
    await ensureBucket(context, account, name);
  },
};
