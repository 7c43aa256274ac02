import { isQueueName, type DeadLetterQueueName, type QueueName } from "#queues/registry";

/** What comes of it, as the end of a sentence that names the queue. */
interface Consequences {
  paused: string;
  purged: string;
}

const AGAIN = "what the ledgers sent they send again until it is confirmed";

const queues: Readonly<Record<QueueName, Consequences>> = {
  "trade-signals": {
    paused:
      "alerts are still accepted and journaled, nothing new is executed: entries expire after 60 s, exits after 15 min, unless a strategy says otherwise",
    purged:
      "hints are gone, no signal is: the ledgers keep them all, and hint each that has not ended again within half a minute",
  },
  records: {
    paused: "trading goes on; orders, fills, signals and the audit log show late in the database",
    purged: `${AGAIN}; refused and duplicate alerts, audit rows, samples and who was told what are gone`,
  },
  notifications: {
    paused: "trading goes on; nobody is told of fills, refusals and failures meanwhile",
    purged: `${AGAIN}; what the other Workers wanted to tell is gone`,
  },
  commands: {
    paused: "trading goes on; the chat is not answered: /kill and /resume wait too, npx hoox kill-switch works",
    purged: "what was asked in the chat is never answered: ask again",
  },
  "system-logs": {
    paused: "trading goes on; log lines show late, traces have holes until then",
    purged: "log lines are gone from traces and npx hoox logs query",
  },
};

const letters: Consequences = {
  paused: "what cannot be handled waits there, and shows in npx hoox dlq list only afterwards",
  purged: `${AGAIN}; other letters that are not stored yet are gone, and cannot be shown or replayed`,
};

export function consequencesOf(name: QueueName | DeadLetterQueueName): Consequences {
  return isQueueName(name) ? queues[name] : letters;
}
