import type { FaultName } from "../../../../tooling/fakes/binance/faults.ts";
import type { Market } from "../venues/binance/faults.ts";
import type { PlaceReply } from "../venues/venue.ts";

/** What an answer proves about the order that was sent; of each market where they differ. */
export type Proof = Exclude<PlaceReply["kind"], "accepted">;
export interface Meaning {
  proves: Proof | Readonly<Record<Market, Proof>>;
  words: RegExp;
  retryAfterMs?: number;
}

const silent: Meaning = { proves: "unknown", words: /Binance did not answer/ };
const late: Meaning = { proves: "unknown", words: /Binance did not answer: .*timeout/ };
const status = (code: number, words: string): Meaning => ({
  proves: "unknown",
  words: new RegExp(`Binance answered HTTP ${code}: ${words}`),
});
const unexpected: Meaning = { proves: "unknown", words: /-1006: An unexpected response/ };
const timedOut: Meaning = { proves: "unknown", words: /-1007: Timeout waiting/ };
const unheard: Meaning = { proves: "unknown", words: /-9999: This has never been documented.*Hoox does not know/ };
/** USD-M promises that nothing was executed; spot promises nothing of a 503. */
const promised = { spot: "unknown", usdm: "not_executed" } as const;

// Written down once more, so that neither the adapters nor the fake judge themselves.
export const meanings: Readonly<Record<FaultName, Meaning>> = {
  "a reset before": silent,
  "a reset after": silent,
  "silence before": late,
  "silence after": late,
  "an HTML 500 before": status(500, "500 Internal Server Error"),
  "an HTML 500 after": status(500, "500 Internal Server Error"),
  "an empty 500 after": status(500, "no words"),
  "an HTML 502 before": status(502, "502 Bad Gateway"),
  "an HTML 502 after": status(502, "502 Bad Gateway"),
  "an empty 503 before": status(503, "no words"),
  "an empty 503 after": status(503, "no words"),
  "an HTML 504 before": status(504, "504 Gateway Time-out"),
  "an HTML 504 after": status(504, "504 Gateway Time-out"),
  "503 Unknown error after": status(503, "Unknown error, please check your request"),
  "503 Service Unavailable.": { ...status(503, "Service Unavailable\\."), proves: promised },
  "503 Internal error": { proves: promised, words: /-1001: Internal error; unable to process/ },
  "-1006 before": unexpected,
  "-1006 after": unexpected,
  "-1007 before": timedOut,
  "-1007 after": timedOut,
  "-1008": { proves: "not_executed", words: /-1008: Request throttled/ },
  "-1015": { proves: "not_executed", words: /-1015: Too many new orders/, retryAfterMs: 9_000 },
  "-1003": { proves: "not_executed", words: /-1003: Too much request weight/, retryAfterMs: 21_000 },
  "a ban": { proves: "not_executed", words: /-1003: Way too much.*IP banned/, retryAfterMs: 180_000 },
  "-1021": { proves: "not_executed", words: /-1021: Timestamp/ },
  "-1022": { proves: "rejected", words: /-1022: Signature.*the API secret does not belong to the key/ },
  "-2008": { proves: "rejected", words: /-2008: Invalid Api-Key ID.*check the account's API key/ },
  "-2015": { proves: "rejected", words: /-2015: Invalid API-key, IP.*check the account's API key/ },
  "a firewall's 403": { proves: "rejected", words: /HTTP 403: 403 Forbidden.*firewall/ },
  "a 451": { proves: "rejected", words: /HTTP 451: Service unavailable from a restricted location.*use a relay/ },
  "a 200 that is no JSON after": { proves: "unknown", words: /not JSON/ },
  "a 200 that says nothing after": { proves: "unknown", words: /cannot be read/ },
  "a redirect": { proves: "unknown", words: /HTTP 302: no words/ },
  "-9999 before": unheard,
  "-9999 after": unheard,
};
