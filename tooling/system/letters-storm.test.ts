import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { letterRoutes } from "#contracts/routes/dead-letters";
import { Mesh, secrets, until } from "./mesh.ts";

interface Queue {
  sendBatch(messages: { body: unknown; contentType: "json" }[]): Promise<void>;
}
interface Bindings {
  DB: { prepare(sql: string): { run(): Promise<unknown> } };
  ARCHIVE: {
    list(options: { prefix: string }): Promise<{ objects: { key: string }[] }>;
    get(key: string): Promise<{ text(): Promise<string> } | null>;
    put(key: string, text: string): Promise<unknown>;
  };
}

const SURE_TO_BE_ARCHIVED = 120;
const CAUGHT_BY_RETRIES = 30;

describe("a storm of dead letters while D1 takes none", () => {
  let mesh: Mesh;
  let bindings: Bindings;
  beforeAll(async () => {
    mesh = await Mesh.start();
    bindings = await mesh.env<Bindings>("d1-worker");
  });
  afterAll(() => mesh.stop());

  it("loses none: the archive keeps them, and a restore brings each back once", async () => {
    // D1's own error for everything about letters, from the real database under the real Workers.
    await bindings.DB.prepare("ALTER TABLE dead_letters RENAME TO away").run();
    const archived = await park(SURE_TO_BE_ARCHIVED);
    await until("all are in the archive", async () => (await inArchive()).length === archived.length, {
      timeoutMs: 90_000,
      everyMs: 500,
    });
    const objects = await inArchive();
    const copies = await Promise.all(objects.map(async (key) => [key, await textOf(key)] as const));

    const late = await park(CAUGHT_BY_RETRIES);
    await bindings.DB.prepare("ALTER TABLE away RENAME TO dead_letters").run();
    // Two restores at once, then one that finds objects again whose letters are stored: a Worker died before it deleted them.
    const first = await Promise.all([restore(), restore()]);
    expect(first.map((each) => each.remaining)).toContain(0);
    expect(await letters(archived)).toEqual(archived.map((id) => ({ id, attempts: 1, deaths: 1, status: "open" })));
    await Promise.all(copies.map(([key, text]) => bindings.ARCHIVE.put(key, text)));
    expect(await restore()).toMatchObject({ restored: archived.length, remaining: 0, kept: [] });

    const all = [...archived, ...late].toSorted();
    await until("the late ones are stored by their queue", async () => (await letters(all)).length === all.length, {
      timeoutMs: 60_000,
      everyMs: 500,
    });
    expect(await letters(all)).toEqual(all.map((id) => ({ id, attempts: 1, deaths: 1, status: "open" })));
    expect(await inArchive()).toEqual([]);
  });

  it("is one cause, told once, with how many and what to do", async () => {
    const { groups } = await call(letterRoutes.deadLetterGroups);
    expect(groups).toMatchObject([{ queue: "records", count: SURE_TO_BE_ARCHIVED + CAUGHT_BY_RETRIES }]);

    const told = await until("it is told", async () => {
      const found = await mesh.rows("SELECT title FROM notifications WHERE title LIKE 'Parked:%'");
      return found.length > 0 ? found : undefined;
    });
    expect(told).toHaveLength(1);
  });

  /** Puts messages on `records` that no contract reads, and answers their ids in order. */
  async function park(count: number): Promise<string[]> {
    const { RECORDS_QUEUE } = await mesh.env<{ RECORDS_QUEUE: Queue }>("ops-worker");
    const messages = Array.from({ length: count }, () => {
      const requestId = crypto.randomUUID();
      return {
        json: {
          v: 1,
          id: `${requestId}/signal.settled/1`,
          type: "signal.settled",
          requestId,
          causationId: requestId,
          source: "ledger-worker",
          occurredAt: new Date().toISOString(),
          generation: 0,
          data: { seq: "seven" },
        },
        meta: { values: { occurredAt: ["Date"] } },
      };
    });
    for (let from = 0; from < count; from += 100) {
      const chunk = messages.slice(from, from + 100);
      await RECORDS_QUEUE.sendBatch(chunk.map((body) => ({ body, contentType: "json" })));
    }
    return messages.map(({ json }) => json.id).toSorted();
  }

  async function inArchive(): Promise<string[]> {
    return (await bindings.ARCHIVE.list({ prefix: "dead-letters/" })).objects.map(({ key }) => key);
  }

  async function textOf(key: string): Promise<string> {
    return (await (await bindings.ARCHIVE.get(key))?.text()) ?? "";
  }

  async function letters(ids: readonly string[]): Promise<Record<string, string | number | null>[]> {
    const found = await mesh.rows(
      "SELECT id, attempts, json_array_length(history) AS deaths, status FROM dead_letters ORDER BY id",
    );
    return found.filter(({ id }) => ids.includes(String(id)));
  }

  const restore = () => call(letterRoutes.restoreLetters, {});

  /** d1-worker itself, as ops-worker asks it. */
  async function call<Reply extends z.ZodType>(
    route: { method: string; path: string; reply: Reply },
    body?: unknown,
  ): Promise<z.infer<Reply>> {
    const response = await mesh.harness.getWorker("d1-worker").fetch(`http://d1-worker${route.path}`, {
      method: route.method,
      headers: { "X-Internal-Auth-Key": secrets.INTERNAL_KEY_BINDING },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route.path}: ${response.status} ${text}`);
    return route.reply.parse(JSON.parse(text));
  }
});
