import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an order goes out in the quantity that was asked for, whatever the venue's step is",
  foundBy: "every order keeps the venue's rules",
  seed: 6,
  edits: [
    {
      in: "services/trade-worker/src/rounding.ts",
      from: `  return { fits: true, order: { ...order, quantity, price, triggerPrice, ...(target && { target }) } };`,
      to: `  return { fits: true, order: { ...order, price, triggerPrice, ...(target && { target }) } };`,
    },
  ],
};
