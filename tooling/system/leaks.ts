import type { TestHarness } from "wrangler";

/** Something that the mesh wrote, and where it stands. */
export interface Written {
  where: string;
  text: string;
}

interface Table {
  prepare(sql: string): { all<Row>(): Promise<{ results: Row[] }> };
}
interface Bucket {
  list(): Promise<{ objects: { key: string }[] }>;
  get(key: string): Promise<{ text(): Promise<string> } | null>;
}
interface KeyValues {
  list(): Promise<{ keys: { name: string }[] }>;
  get(key: string): Promise<string | null>;
}

/** A bench writes a million rows; what a leak looks like shows in the last of them as well. */
const ROWS = 2_000;

/** What the Workers printed, and what stands in D1, R2 and KV. Parts that a test has broken on purpose are left out. */
export async function everythingWritten(harness: TestHarness): Promise<Written[]> {
  const printed = harness.getLogs().map(({ message }) => ({ where: "the Workers' console", text: message }));
  const { DB, ARCHIVE } = await bindingsOf<{ DB?: Table; ARCHIVE?: Bucket }>(harness, "d1-worker");
  const { CONFIG } = await bindingsOf<{ CONFIG?: KeyValues }>(harness, "ops-worker");
  const stored = await Promise.all(
    [rowsOf(DB), objectsOf(ARCHIVE), entriesOf(CONFIG)].map((each) => each.catch(() => [])),
  );
  return [...printed, ...stored.flat()];
}

/** One line per place in which one of the secrets stands; the secret itself is not repeated. */
export function leaksIn(written: readonly Written[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, "")]);
  return written.flatMap(({ where, text }) => {
    const found = forms.find((form) => text.includes(form));
    if (found === undefined) return [];
    const at = text.indexOf(found);
    return [`${where}: …${text.slice(Math.max(0, at - 60), at)}[here]`];
  });
}

async function bindingsOf<Env extends object>(harness: TestHarness, worker: string): Promise<Partial<Env>> {
  try {
    // The bindings are those of the Worker's wrangler.jsonc; the caller names the ones that it uses.
    return (await harness.getWorker(worker).getEnv()) as Partial<Env>;
  } catch {
    return {};
  }
}

async function rowsOf(db: Table | undefined): Promise<Written[]> {
  if (db === undefined) return [];
  const { results } = await db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    )
    .all<{ name: string }>();
  const tables = await Promise.all(
    results.map(async ({ name }) => {
      const rows = await db.prepare(`SELECT * FROM ${name} ORDER BY rowid DESC LIMIT ${ROWS}`).all<object>();
      return rows.results.map((row) => ({ where: `table ${name}`, text: JSON.stringify(row) }));
    }),
  );
  return tables.flat();
}

async function objectsOf(bucket: Bucket | undefined): Promise<Written[]> {
  const { objects } = (await bucket?.list()) ?? { objects: [] };
  return Promise.all(
    objects.map(async ({ key }) => ({ where: `R2 ${key}`, text: `${key} ${await (await bucket?.get(key))?.text()}` })),
  );
}

async function entriesOf(kv: KeyValues | undefined): Promise<Written[]> {
  const { keys } = (await kv?.list()) ?? { keys: [] };
  return Promise.all(keys.map(async ({ name }) => ({ where: `KV ${name}`, text: `${name} ${await kv?.get(name)}` })));
}
