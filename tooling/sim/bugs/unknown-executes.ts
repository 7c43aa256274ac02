import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "trade-worker has an unknown signal executed",
  foundBy: "nothing that nobody asked for",
  seed: 6,
  edits: [
    {
      in: "services/trade-worker/src/handlers/signal-hinted.ts",
      from: `    case "unknown":
`,
      to: `    case "unknown":
      await deps.ledger(ledger).accept({
        v: 1,
        ledger,
        signal: {
          requestId,
          strategy: "default",
          account: ledger.split(":")[0],
          venue: "paper",
          symbol: "BTCUSDT.P",
          action: "buy",
          quantity: "0.01",
          orderType: "market",
          price: "60000",
        },
        alertKey: { value: requestId, source: "body" },
      });
      return;
`,
    },
  ],
};
