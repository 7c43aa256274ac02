import { atRest } from "../at-rest.ts";
import type { Measure } from "../measure.ts";
import { percentile } from "../statistics.ts";

const note =
  "one alert at a time, the one before drained, alternating with the null Worker under the same pacing; ratio of the percentiles of the whole run";

export const acknowledgement: Measure = {
  name: "acknowledgement",
  what: "how long a sender waits for the 202 at rest, against a Worker that does nothing",
  async run(context) {
    const { nothing, alerts } = await atRest(context);
    const samples = alerts.length;
    const ratio = (percent: number): number => percentile(alerts, percent) / percentile(nothing, percent);
    const absolute = (who: string, of: readonly number[], percent: number) => ({
      name: `${who} p${percent}`,
      value: percentile(of, percent),
      unit: "ms",
      samples: of.length,
    });
    return [
      { name: "p50 ratio", value: ratio(50), unit: "×", bar: { limit: 1.8, better: "lower", aim: 1.5 }, samples, note },
      { name: "p99 ratio", value: ratio(99), unit: "×", bar: { limit: 2.5, better: "lower" }, samples, note },
      absolute("alert", alerts, 50),
      absolute("alert", alerts, 99),
      absolute("null", nothing, 50),
      absolute("null", nothing, 99),
    ];
  },
};
