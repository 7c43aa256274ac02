import { queueSampled } from "#contracts/record";
import { message, parked } from "../system/replays/letters.ts";
import { fixtureWorker, until, type MeshOptions } from "../system/mesh.ts";
import { variantOf } from "../system/variant.ts";
import { accepted, newAlert, type BenchMesh } from "./bench-mesh.ts";

const CONNECTIONS = 16;
/** A letter in so many is a signal. */
const SIGNAL_IN = 10;

interface Queue {
  sendBatch(all: { body: unknown }[]): Promise<unknown>;
}

/** A mesh whose trade-worker fails at every signal, so that it has dead letters before the right one is deployed. */
export async function failingMesh(): Promise<MeshOptions> {
  return {
    replace: { "trade-worker": await variantOf("trade-worker", { main: fixtureWorker("poisoned-trader.ts") }) },
    vars: { "ledger-worker": { ENTRY_VALIDITY_SECONDS: "3600" } },
  };
}

/** So many dead letters, signals and records mixed; then the trade-worker that can execute them takes over. */
export async function withDeadLetters(bench: BenchMesh, count: number): Promise<void> {
  const signals = Math.floor(count / SIGNAL_IN);
  const webhook = bench.webhook(CONNECTIONS);
  const symbols = Array.from({ length: signals }, (_, index) => `D${String(index).padStart(4, "0")}USDT.P`);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let symbol = symbols.pop(); symbol !== undefined; symbol = symbols.pop())
        accepted(await webhook.post(newAlert(symbol)));
    }),
  );
  await stored(bench, signals);
  // The harness sends by stopping this process, which a mesh at work cannot bear.
  await bench.drained({ timeoutMs: 120_000 });
  const parkings = await bench.sql("SELECT created_at FROM dead_letters ORDER BY created_at");
  const records = otherLetters(
    count - signals,
    parkings.map((row) => new Date(String(row["created_at"]))),
  );
  const { RECORDS_DLQ } = await bench.mesh.env<{ RECORDS_DLQ: Queue }>("ops-worker");
  for (let at = 0; at < records.length; at += 50)
    await RECORDS_DLQ.sendBatch(records.slice(at, at + 50).map((body) => ({ body })));
  await stored(bench, count);
  await bench.mesh.deploy("trade-worker");
}

/** Letters of records that found their database away, parked when the signals were: so they are replayed mixed. */
function otherLetters(count: number, parkings: readonly Date[]): unknown[] {
  const of = { originQueue: "records", error: "D1_ERROR", reason: "the database is locked", fingerprint: "locked" };
  return Array.from({ length: count }, (_, index) => {
    const id = `bench-${index}`;
    const at = parkings[Math.floor((index * parkings.length) / count)] ?? new Date();
    const data = { queue: id, backlogCount: 1, backlogBytes: 1, sampledAt: at };
    return parked(id, { ...of, firstSeenAt: at, parkedAt: at, body: message(queueSampled, id, data) });
  });
}

async function stored(bench: BenchMesh, count: number): Promise<void> {
  const letters = async (): Promise<number> =>
    Number((await bench.sql("SELECT count(*) AS n FROM dead_letters"))[0]?.["n"]);
  await until(`${count} letters are stored`, async () => (await letters()) === count, {
    timeoutMs: 180_000,
    everyMs: 250,
  });
}
