import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseClientOrderId } from "#contracts/ids";
import { LocalMesh } from "./local-mesh.ts";
import { until } from "./mesh.ts";

/** The venue books at once and answers late: whoever does not ask it first after a crash trades twice. */
const SLOW_TO_ANSWER = `PAPER=${JSON.stringify({ latencyMs: 1_500, latencyAt: "after_booking" })}`;
/** Milliseconds between the last 202 and the kill: before anything was sent, and with orders on their way. */
const ROUNDS = [0, 150];

describe("SIGKILL of the whole mesh after a 202", () => {
  let mesh: LocalMesh;
  const accepted: string[] = [];
  beforeAll(async () => {
    mesh = await LocalMesh.create();
    await mesh.start("--var", SLOW_TO_ANSWER);
  });
  afterAll(() => mesh.stop());

  it("loses nothing and doubles nothing, at the venue, on record and in the chat", async () => {
    for (const delayMs of ROUNDS) {
      accepted.push(...(await Promise.all(["AAAUSDT", "BBBUSDT", "CCCUSDT"].map((symbol) => send(symbol)))));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await mesh.kill();
      await mesh.start("--var", SLOW_TO_ANSWER);
    }

    for (const requestId of accepted) {
      await until(
        `${requestId} is filled, on record and told`,
        async () =>
          (await rowsOf("signals", requestId)) === 1 &&
          (await rowsOf("orders", requestId)) === 1 &&
          (await told(requestId)),
        { timeoutMs: 60_000, everyMs: 300 },
      );
    }
    expect(await bookedIds(mesh)).toEqual(accepted.toSorted());
  }, 120_000);

  async function send(symbol: string): Promise<string> {
    const response = await fetch(`${mesh.url}/webhook`, {
      method: "POST",
      body: JSON.stringify({
        apiKey: await mesh.secret("WEBHOOK_API_KEY_BINDING"),
        symbol,
        action: "buy",
        quantity: "1",
        price: "100",
        idempotencyKey: crypto.randomUUID(),
      }),
    });
    const { requestId } = (await response.json()) as { requestId: string };
    if (response.status !== 202) throw new Error(`not accepted: ${response.status}`);
    return requestId;
  }

  async function rowsOf(table: "signals" | "orders", requestId: string): Promise<unknown> {
    const state = table === "signals" ? "outcome" : "status";
    const rows = await mesh.rows(`SELECT 1 FROM ${table} WHERE request_id = '${requestId}' AND ${state} = 'filled'`);
    return rows.length;
  }

  async function told(requestId: string): Promise<boolean> {
    return (
      (await mesh.rows(`SELECT 1 FROM notifications WHERE request_id = '${requestId}' AND status = 'sent'`)).length > 0
    );
  }
});

/** The requestIds of all orders in the venue's own book, read from its database file. */
async function bookedIds(mesh: LocalMesh): Promise<string[]> {
  const files = globSync(join(mesh.state, "**/trade-worker-PaperVenue/*.sqlite"));
  const ids = files
    .filter((file) => !file.endsWith("metadata.sqlite"))
    .flatMap((file) => {
      const database = new DatabaseSync(file, { readOnly: true });
      try {
        return database.prepare("SELECT client_order_id AS id FROM orders").all();
      } finally {
        database.close();
      }
    });
  return ids.map((row) => parseClientOrderId(String(row["id"]))?.requestId ?? "not ours").toSorted();
}
