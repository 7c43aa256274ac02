import type { TelemetryQueryParams } from "cloudflare/resources/workers/observability/telemetry";
import * as z from "zod";
import { path, type Api } from "./api.ts";

/** One event as the platform stored it: our own line of JSON is in `source`. */
export interface StoredEvent {
  at: Date;
  worker: string | undefined;
  level: string | undefined;
  message: string | undefined;
  source: unknown;
}

export interface TelemetryQuestion {
  from: Date;
  to: Date;
  /** Fields of our log lines, such as `requestId`, and the values that they must have. */
  where?: Readonly<Record<string, string>>;
  /** Words that must stand somewhere in the event. */
  needle?: string;
  limit?: number;
}

const answer = z.object({
  events: z
    .object({
      events: z
        .array(
          z.object({
            timestamp: z.number(),
            source: z.unknown(),
            $metadata: z
              .object({ service: z.string().nullish(), level: z.string().nullish(), message: z.string().nullish() })
              .nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** What the platform itself keeps of the Workers' logs, up to 7 days. */
export class Telemetry {
  readonly #api: Api;
  readonly #root: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#root = path`/accounts/${accountId}/workers/observability/telemetry`;
  }

  async query(question: TelemetryQuestion): Promise<StoredEvent[]> {
    const filters = Object.entries(question.where ?? {}).map(([key, value]) => ({
      key,
      operation: "eq" as const,
      type: "string" as const,
      value,
    }));
    const body: Omit<TelemetryQueryParams, "account_id"> = {
      queryId: "hoox",
      timeframe: { from: question.from.getTime(), to: question.to.getTime() },
      view: "events",
      limit: question.limit ?? 100,
      parameters: { filters, ...(question.needle === undefined ? {} : { needle: { value: question.needle } }) },
    };
    const found = await this.#api.call({
      method: "post",
      path: `${this.#root}/query`,
      body,
      result: answer,
      what: "search the platform's logs",
      reads: true,
    });
    return (found.events?.events ?? []).map((each) => ({
      at: new Date(each.timestamp),
      worker: each.$metadata?.service ?? undefined,
      level: each.$metadata?.level ?? undefined,
      message: each.$metadata?.message ?? undefined,
      source: each.source,
    }));
  }
}
