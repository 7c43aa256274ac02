/** What workerd's streaming tail says, as far as it is counted. One stream is one invocation. */
export interface TailEvent {
  readonly spanContext: { readonly spanId?: string };
  readonly event:
    | {
        readonly type: "onset";
        readonly executionModel: string;
        readonly entrypoint?: string;
        readonly info: { readonly type: string; readonly queueName?: string; readonly batchSize?: number };
      }
    | { readonly type: "spanOpen"; readonly name: string }
    | { readonly type: "attributes"; readonly info: readonly { readonly name: string; readonly value: unknown }[] }
    | { readonly type: "outcome" }
    | { readonly type: "other" };
}

/** How often each thing happened, by a name that begins with what it is billed as. */
export type Counts = Record<string, number>;

/** The bench asks the ledger itself whether it has drained; that is not the alert's cost. */
const OWN_QUESTIONS = new Set(["status", "book"]);
/** What wrangler writes into every Durable Object so that its explorer can name it. */
const WRANGLERS_OWN = /__miniflare_/;

/** Reads the events of one invocation and adds them to `into` when it has ended. */
export function tallyInvocation(onset: TailEvent, into: Counts): (event: TailEvent) => void {
  const found: Counts = {};
  const add = (name: string, by: number): void => void (found[name] = (found[name] ?? 0) + by);
  const first = onset.event;
  if (first.type !== "onset") throw new Error(`a stream began with ${first.type}`);
  const durable = first.executionModel === "durableObject";
  let method = first.info.type;
  if (!durable && first.info.type === "queue") {
    add(`workerRequests queue ${first.info.queueName}`, 1);
    // Written, read and deleted: three operations for a message that nobody retries.
    add(`queueOperations ${first.info.queueName}`, 3 * (first.info.batchSize ?? 0));
  } else if (!durable && onset.spanContext.spanId === undefined) {
    // With a span above it, another Worker called through a binding: that is not billed.
    add(`workerRequests ${first.info.type}`, 1);
  }
  return ({ event }) => {
    if (event.type === "spanOpen") {
      if (/^durable_object_storage_(?:setAlarm|put|delete)$/.test(event.name))
        add(`rowsWritten ${first.entrypoint} ${event.name}`, 1);
      if (event.name.startsWith("kv_get")) add("kvReads", 1);
      if (event.name.startsWith("queue_send")) add("(sends)", 1);
    } else if (event.type === "attributes") {
      const value = (name: string): unknown => event.info.find((each) => each.name === name)?.value;
      if (durable && typeof value("jsrpc.method") === "string" && value("jsrpc.target_kind") !== "fetcher")
        method = String(value("jsrpc.method"));
      const text = String(value("db.query.text") ?? "");
      const written = Number(
        value("cloudflare.durable_object.response.rows_written") ?? value("cloudflare.d1.response.rows_written") ?? 0,
      );
      if (written > 0 && !WRANGLERS_OWN.test(text))
        add(`rowsWritten ${durable ? first.entrypoint : "D1"} ${tableOf(text)}`, written);
    } else if (event.type === "outcome") {
      if (durable && OWN_QUESTIONS.has(method)) return;
      if (durable) add(`durableObjectRequests ${first.entrypoint} ${method}`, 1);
      for (const [name, count] of Object.entries(found)) into[name] = (into[name] ?? 0) + count;
    }
  };
}

/** The table that a statement writes, for the breakdown. */
function tableOf(sql: string): string {
  return /\b(?:INTO|UPDATE|FROM)\s+"?(\w+)/i.exec(sql)?.[1] ?? "batch";
}
