import { clientOrderId } from "#contracts/ids";
import { QUIET_MARGIN_MS, RECEIVE_WINDOW_MS, type AccountLedgerRpc } from "#contracts/ledger";
import { isExit, type Signal } from "#contracts/signal";
import { methodsOf } from "./history.ts";
import type { Plants } from "./plants.ts";

export interface PlantedBug {
  readonly name: string;
  /** The invariant that finds it. */
  readonly foundBy: string;
  readonly plants: () => Plants;
}

/** Bugs that somebody might write, each between two real parts. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "the venue adapter sends an order again after a time-out without asking first",
    foundBy: "one order per leg",
    plants: () => ({
      venue: (rpc) => ({
        ...rpc,
        place: async (order, of) => {
          try {
            return await rpc.place(order, of);
          } catch {
            return rpc.place(order, of);
          }
        },
      }),
    }),
  },
  {
    name: "an order that was refreshed on its way acts after it was proven absent",
    foundBy: "positions agree",
    plants: () => ({ signedAt: (_, now) => now }),
  },
  {
    name: "a consumer acknowledges what it could not park",
    foundBy: "what cannot be handled is kept",
    plants: () => ({
      consume: (_, consume) => async (batch, background) => {
        const messages = batch.messages.map((delivery) => ({
          ...delivery,
          ack: () => delivery.ack(),
          retry: (options?: { delaySeconds?: number }) => {
            const unreadable = JSON.stringify(delivery.body).includes("stray-");
            if (unreadable) delivery.ack();
            else delivery.retry(options);
          },
        }));
        return consume({ queue: batch.queue, messages }, background);
      },
    }),
  },
  {
    name: "a ledger lets a signal go before its turn",
    foundBy: "order within a lane",
    plants: () => ({ ledger: impatient }),
  },
  {
    name: "the database lets an older revision win",
    foundBy: "the database shows what the venue did",
    plants: () => ({ sql: (text) => text.replace(/WHERE excluded\.rev .*$/, "") }),
  },
  {
    name: "a ledger acknowledges before it commits",
    foundBy: "ends once and recorded",
    plants: () => ({
      ledger: (rpc) => ({
        ...methodsOf(rpc),
        accept: async (request) => {
          const reply = await rpc.accept(request);
          if (reply.status !== "accepted" || reply.seq % 5 !== 0) return reply;
          // What stands in the journal now belongs to another request.
          return { ...reply, requestId: crypto.randomUUID() };
        },
      }),
    }),
  },
  {
    name: "a ledger does not recognise the same alert",
    foundBy: "an alert is accepted once",
    plants: () => ({
      ledger: (rpc) => ({
        ...methodsOf(rpc),
        accept: (request) => rpc.accept({ ...request, alertKey: { value: crypto.randomUUID(), source: "explicit" } }),
      }),
    }),
  },
];

/** Hints every signal at once and gives those that must wait a lease of its own invention. */
function impatient(rpc: AccountLedgerRpc): AccountLedgerRpc {
  const stolen = "stolen";
  const waiting = new Map<string, Signal>();
  return {
    ...methodsOf(rpc),
    accept: async (request) => {
      const reply = await rpc.accept(request);
      if (reply.status !== "accepted") return reply;
      waiting.set(reply.requestId, request.signal);
      return { ...reply, hint: true };
    },
    claim: async (request) => {
      const reply = await rpc.claim(request);
      const signal = waiting.get(request.requestId);
      if (reply.status !== "later" || signal === undefined || isExit(signal)) return reply;
      const { requestId, symbol } = signal;
      const task = {
        do: "place",
        clientOrderId: clientOrderId({ requestId, leg: "e" }),
        symbol,
        leg: "e",
        role: "entry",
      } as const;
      return {
        status: "go",
        signal,
        lease: stolen,
        leaseUntil: new Date(Date.now() + 15_000),
        attempt: 1,
        tasks: [task],
      };
    },
    sending: async (request) => {
      const signal = waiting.get(request.requestId);
      if (request.lease !== stolen || signal === undefined) return rpc.sending(request);
      const { requestId, symbol, action, price } = signal;
      const order = {
        clientOrderId: clientOrderId({ requestId, leg: "e" }),
        symbol,
        side: action === "buy" || action === "long" ? ("buy" as const) : ("sell" as const),
        type: "market" as const,
        quantity: signal.quantity ?? "1",
        referencePrice: price,
        reduceOnly: false,
      };
      const quietUntil = new Date(Date.now() + RECEIVE_WINDOW_MS + QUIET_MARGIN_MS);
      return { status: "go", order, sentAt: new Date(), quietUntil, role: "entry" };
    },
  };
}
