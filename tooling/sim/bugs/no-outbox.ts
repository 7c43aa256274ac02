import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a message is published and not kept until it is confirmed",
  foundBy: "ends once and recorded",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/outbox.ts",
      from: `    occurredAt: tx.at,
  });
  insert(tx, packed, { tries: 1, dueAt: tx.now + outboxBackoff(0) });
  tx.effects.messages.push(packed);
}

export function postLetter`,
      to: `    occurredAt: tx.at,
  });
  tx.effects.messages.push(packed);
}

export function postLetter`,
    },
  ],
};
