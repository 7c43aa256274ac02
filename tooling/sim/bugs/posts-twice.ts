import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the venue adapter sends an order again after a time-out without asking first",
  foundBy: "one order per leg",
  seed: 7,
  edits: [
    {
      in: "services/trade-worker/src/venues/paper/adapter.ts",
      from: "reply = await rpc().place(order, of);",
      to: "reply = await rpc().place(order, of).catch(() => rpc().place(order, of));",
    },
  ],
};
