import type { TelemetryQueryParams } from "cloudflare/resources/workers/observability/telemetry";
import { jsonOf, type Row } from "./http.ts";
import type { AccountState } from "./state.ts";

/** Stored logs: equality on fields of the logged JSON, a needle, a time frame. */
export function telemetryRoutes(state: AccountState): Row[] {
  const root = "/workers/observability";
  const needs = "Workers Observability";
  return [
    { method: "GET", path: `${root}/destinations`, needs, handle: () => [] },
    {
      method: "POST",
      path: `${root}/telemetry/query`,
      needs,
      handle: (exchange) => {
        const { timeframe, parameters, limit = 50 } = jsonOf<TelemetryQueryParams>(exchange);
        const filters = (parameters?.filters ?? []).flatMap((each) => ("key" in each ? [each] : []));
        const needle = parameters?.needle?.value;
        const events = state.events
          .filter(({ timestamp }) => timestamp >= timeframe.from && timestamp <= timeframe.to)
          .filter(({ source }) => filters.every(({ key, value }) => fieldOf(source, key) === String(value)))
          .filter(({ source }) => needle === undefined || JSON.stringify(source).includes(String(needle)))
          .toSorted((a, b) => b.timestamp - a.timestamp)
          .slice(0, limit)
          .map((event, index) => ({
            dataset: "cloudflare-workers",
            timestamp: event.timestamp,
            source: event.source,
            $workers: { scriptName: event.worker },
            $metadata: { id: String(index), service: event.worker, level: event.level, message: event.message },
          }));
        return {
          run: { id: "fake", status: "COMPLETED", timeframe },
          statistics: { elapsed: 0.01, rows_read: state.events.length, bytes_read: 0 },
          events: { events, count: events.length },
        };
      },
    },
  ];
}

function fieldOf(source: unknown, key: string): string | undefined {
  const value: unknown = typeof source === "object" && source !== null ? Reflect.get(source, key) : undefined;
  return value === undefined ? undefined : String(value);
}
