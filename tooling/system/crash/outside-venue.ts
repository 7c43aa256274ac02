import { createServer, type IncomingMessage, type Server } from "node:http";
import { parse, stringify } from "superjson";
import * as z from "zod";
import { ledgerName } from "#contracts/ids";
import { orderRequest } from "#contracts/order";
import { systemClock } from "../../../services/trade-worker/src/clock.ts";
import type { PaperConfigPatch } from "../../../services/trade-worker/src/venues/paper/config.ts";
import type { PaperBook } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { PaperShell } from "../../../services/trade-worker/src/venues/paper/shell.ts";
import { createMemoryStore } from "../../../services/trade-worker/src/venues/paper/store.ts";

const key = z.object({ clientOrderId: z.string(), symbol: z.string() });
const symbol = z.tuple([z.string()]);
/** What may be asked, and with what; the other side is services/trade-worker/src/venues/paper/over-http.ts. */
const calls = {
  place: z.tuple([orderRequest, z.object({ signedAt: z.date() })]),
  find: z.tuple([key]),
  cancel: z.tuple([key]),
  openOrders: symbol,
  position: symbol,
  equity: symbol,
  rules: symbol,
} as const;

/**
 * Paper exchanges in this process, one per ledger, outside the mesh that is killed: their books are the witness.
 * An order that arrived is booked even if whoever sent it is dead before the answer.
 */
export class OutsideVenue {
  readonly #server: Server;
  readonly #config: PaperConfigPatch;
  readonly #exchanges = new Map<string, PaperShell>();
  /** From now on `find` answers "not found" whatever the book says: the control that proves the judge. */
  lies = false;

  private constructor(config: PaperConfigPatch) {
    this.#config = config;
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
  }

  static async open(config: PaperConfigPatch): Promise<OutsideVenue> {
    const venue = new OutsideVenue(config);
    await new Promise<void>((resolve) => venue.#server.listen(0, "127.0.0.1", resolve));
    return venue;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the venue does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  async books(): Promise<Map<string, PaperBook>> {
    const books = [...this.#exchanges].map(async ([ledger, exchange]) => [ledger, await exchange.book()] as const);
    return new Map(await Promise.all(books));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<string> {
    const [, ledger, name] = (request.url ?? "").split("/").map(decodeURIComponent);
    const exchange = this.#exchangeOf(ledgerName.parse(ledger));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const args: unknown = parse(Buffer.concat(chunks).toString());
    return stringify(await this.#call(exchange, z.enum(callNames).parse(name), args));
  }

  async #call(exchange: PaperShell, name: keyof typeof calls, args: unknown): Promise<unknown> {
    switch (name) {
      case "place":
        return exchange.place(...calls.place.parse(args));
      case "find":
        if (this.lies) return { status: "answered", value: undefined };
        return exchange.find(...calls.find.parse(args));
      case "cancel":
        return exchange.cancel(...calls.cancel.parse(args));
      case "openOrders":
      case "position":
      case "equity":
      case "rules":
        return exchange[name](...calls[name].parse(args));
      default:
        return name satisfies never;
    }
  }

  #exchangeOf(ledger: string): PaperShell {
    const known = this.#exchanges.get(ledger);
    if (known) return known;
    const fresh = new PaperShell({ store: createMemoryStore(), clock: systemClock, variable: this.#config });
    this.#exchanges.set(ledger, fresh);
    return fresh;
  }
}

const callNames = Object.keys(calls) as [keyof typeof calls, ...(keyof typeof calls)[]];
