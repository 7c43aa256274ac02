import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a consumer confirms a message before its effect",
  foundBy: "ends once and recorded",
  seed: 4,
  edits: [
    {
      in: "queues/consumer.ts",
      from: "      settled = await this.#settleFailure(delivery, error);",
      to: `      this.confirmLater(known?.confirmTo, known?.id);
      settled = await this.#settleFailure(delivery, error);`,
    },
  ],
};
