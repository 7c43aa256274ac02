import * as z from "zod";
import { ledgerName, requestId, worker } from "./ids.ts";

/**
 * What every message says about itself, whatever it carries. Decoded apart from `data`, so that a
 * body nobody can read still yields its requestId and the ledger that waits for it. Lazy, as all objects of the
 * contracts that the gateway loads: it builds none of them before an alert has its answer.
 */
export const header = z.lazy(() =>
  z.object({
    /** Version of the message type, not of the envelope. */
    v: z.int().min(1),
    /** Deterministic for derived messages (`requestId/type/rev`), random otherwise. */
    id: z.string().min(1).max(200),
    type: z.string().min(1).max(80),
    requestId,
    /** Id of the message or request that led to this one. */
    causationId: z.string().min(1).max(200),
    source: worker,
    occurredAt: z.date(),
    /** Number of replays behind this message; 0 = first life. */
    generation: z.int().min(0),
    replayId: z.string().max(80).optional(),
    /** The ledger whose outbox sent it and publishes it again until it is confirmed. */
    confirmTo: ledgerName.optional(),
  }),
);
export type Header = z.infer<typeof header>;

/** One message type: its name on the wire, its current version and what its data must look like. */
export interface Contract<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly version: number;
  readonly data: Schema;
  /** One step per older version: `upgrade[1]` turns version 1 data into version 2 data. */
  readonly upgrade: Readonly<Record<number, (data: unknown) => unknown>>;
}

/** `data` is built when it is first needed: a Worker pays at start-up only for the messages that it handles. */
export function defineContract<Type extends string, Schema extends z.ZodType>(of: {
  type: Type;
  version: number;
  data: () => Schema;
  upgrade?: Readonly<Record<number, (data: unknown) => unknown>>;
}): Contract<Type, Schema> {
  const { type, version, upgrade = {} } = of;
  let built: Schema | undefined;
  return {
    type,
    version,
    upgrade,
    get data() {
      return (built ??= of.data());
    },
  };
}

export type DataOf<C extends Contract> = z.infer<C["data"]>;

/** A decoded message of contract `C`; a union of contracts gives a union discriminated by `type`. */
export type MessageOf<C extends Contract> = C extends Contract
  ? Omit<Header, "type"> & { type: C["type"]; data: DataOf<C> }
  : never;
