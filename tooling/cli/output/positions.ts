import type { LedgerStatus } from "#contracts/ledger";
import type { View } from "../base.ts";
import { table } from "./table.ts";
import { duration, when } from "./time.ts";
import { money, short } from "./units.ts";

type Held = LedgerStatus["positions"][number] & { ledger: string };

/** One line per position; what it earned since the ledger began, without fees, which stand beside it. */
export function positionsTable(positions: readonly Held[], view: View): string {
  const { paint } = view;
  const flat = positions.some((each) => each.quantity === "0");
  return table(
    [
      { title: paint.dim("position"), value: (row) => `${row.ledger} ${row.symbol}` },
      { title: paint.dim("side"), value: (row) => side(row.quantity) },
      { title: paint.dim("quantity"), value: (row) => short(row.quantity.replace(/^-/, "")), align: "right" },
      { title: paint.dim("entry"), value: (row) => short(row.averagePrice), align: "right" },
      { title: paint.dim("realised"), value: (row) => money(row.realisedProfit, row.symbol, paint), align: "right" },
      { title: paint.dim("fees"), value: (row) => short(row.fees), align: "right" },
      { title: paint.dim(flat ? "open for / traded" : "open for"), value: (row) => age(row, view) },
    ],
    positions,
    view.columns,
  );
}

function side(quantity: string): string {
  return quantity === "0" ? "flat" : quantity.startsWith("-") ? "short" : "long";
}

function age({ quantity, openedAt, updatedAt }: Held, view: View): string {
  if (quantity === "0" || view.absolute) return when(quantity === "0" ? updatedAt : openedAt, view);
  return openedAt === undefined ? "-" : duration(Math.max(0, view.now.getTime() - openedAt.getTime()));
}
