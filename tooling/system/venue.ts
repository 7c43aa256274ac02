import type { Mesh } from "./mesh.ts";

/** An order in the paper venue's own book, as far as tests look at it. */
export interface BookedOrder {
  clientOrderId: string;
  symbol: string;
  side: "buy" | "sell";
  status: string;
  quantity: string;
  filledQuantity: string;
  reduceOnly: boolean;
}

interface PaperVenueRpc {
  book(): Promise<{ orders: BookedOrder[]; positions: { symbol: string; quantity: string }[] }>;
  configure(config: Record<string, unknown>): Promise<void>;
}

interface TradeWorkerEnv {
  PAPER_VENUE: { getByName(name: string): PaperVenueRpc };
}

export async function paperVenue(mesh: Mesh, ledger = "main:paper"): Promise<PaperVenueRpc> {
  return (await mesh.env<TradeWorkerEnv>("trade-worker")).PAPER_VENUE.getByName(ledger);
}

/** Every order that the venue ever booked, in order of booking. */
export async function bookOf(mesh: Mesh, ledger?: string): Promise<BookedOrder[]> {
  const venue = await paperVenue(mesh, ledger);
  return (await venue.book()).orders;
}
