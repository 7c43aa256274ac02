import { atRest } from "../at-rest.ts";
import type { Measure } from "../measure.ts";
import { percentile } from "../statistics.ts";

const note =
  "from the start of the HTTP request to the booking that the paper venue wrote down: one machine's clock, read to the millisecond on both sides; inside a Worker it stands still between I/O, so the booking may read up to a few milliseconds early";

export const order: Measure = {
  name: "order",
  what: "how long an alert takes to become an order at the paper venue at rest",
  async run(context) {
    const { orders } = await atRest(context);
    const samples = orders.length;
    return [
      {
        name: "alert → order p50",
        value: percentile(orders, 50),
        unit: "ms",
        bar: { limit: 60, better: "lower" },
        samples,
        note,
      },
      {
        name: "alert → order p99",
        value: percentile(orders, 99),
        unit: "ms",
        bar: { limit: 250, better: "lower" },
        samples,
        note,
      },
    ];
  },
};
