import { randomUUID } from "node:crypto";
import type { FakeDatabase } from "./database.ts";
import { envelope, formOf, isForm, jsonOf, paged, Refusal, Reply, type Exchange, type Row } from "./http.ts";
import { hexId, type AccountState, type StoredNamespace } from "./state.ts";

/** KV: namespaces and their values. */
export function kvRoutes(state: AccountState): Row[] {
  const root = "/storage/kv/namespaces";
  const needs = "Workers KV Storage";
  const named = ({ params }: Exchange): StoredNamespace => {
    const found = state.namespaces.get(params["namespace"] ?? "");
    if (!found) throw new Refusal(404, 10_013, "get namespace: 'namespace not found'");
    return found;
  };
  const value = `${root}/:namespace/values/:key*`;
  const view = ({ id, title }: StoredNamespace): object => ({ id, title, supports_url_encoding: true });

  return [
    {
      method: "GET",
      path: root,
      needs,
      handle: (exchange) => paged(exchange, [...state.namespaces.values()].map(view)),
    },
    {
      method: "POST",
      path: root,
      needs,
      handle: (exchange) => view(state.addNamespace(jsonOf<{ title: string }>(exchange).title, hexId())),
    },
    { method: "GET", path: `${root}/:namespace`, needs, handle: (exchange) => view(named(exchange)) },
    {
      method: "DELETE",
      path: `${root}/:namespace`,
      needs,
      handle: (exchange) => {
        state.namespaces.delete(named(exchange).id);
        return null;
      },
    },
    {
      method: "GET",
      path: `${root}/:namespace/keys`,
      needs,
      handle: (exchange) => {
        const { query } = exchange;
        const prefix = query.get("prefix") ?? "";
        const limit = Number(query.get("limit") ?? 1_000);
        const from = Number(query.get("cursor") || 0);
        const names = [...named(exchange).values.keys()].filter((name) => name.startsWith(prefix)).toSorted();
        const page = names.slice(from, from + limit).map((name) => ({ name }));
        const cursor = from + limit < names.length ? String(from + limit) : "";
        return envelope(page, { count: page.length, cursor });
      },
    },
    {
      method: "GET",
      path: value,
      needs,
      handle: (exchange) => {
        const found = named(exchange).values.get(exchange.params["key"] ?? "");
        if (!found) throw new Refusal(404, 10_009, "get: 'key not found'");
        return new Reply(found.value, "application/octet-stream");
      },
    },
    {
      method: "PUT",
      path: value,
      needs,
      handle: async (exchange) => {
        const field = isForm(exchange) ? (await formOf(exchange)).get("value") : exchange.body;
        const stored = field instanceof Blob ? Buffer.from(await field.arrayBuffer()) : Buffer.from(field ?? "");
        named(exchange).values.set(exchange.params["key"] ?? "", { value: stored });
        return null;
      },
    },
    {
      method: "DELETE",
      path: value,
      needs,
      handle: (exchange) => {
        named(exchange).values.delete(exchange.params["key"] ?? "");
        return null;
      },
    },
    {
      method: "PUT",
      path: `${root}/:namespace/bulk`,
      needs,
      handle: (exchange) => {
        const pairs = jsonOf<{ key: string; value: string; base64?: boolean }[]>(exchange);
        for (const pair of pairs) {
          named(exchange).values.set(pair.key, { value: Buffer.from(pair.value, pair.base64 ? "base64" : "utf8") });
        }
        return { successful_key_count: pairs.length, unsuccessful_keys: [] };
      },
    },
  ];
}

/** D1: a real SQLite behind each database. */
export function d1Routes(state: AccountState, signed: Map<string, string>, origin: () => string): Row[] {
  const root = "/d1/database";
  const needs = "D1";
  const named = ({ params }: Exchange): FakeDatabase => {
    const found = state.databases.get(params["database"] ?? "");
    if (!found) throw new Refusal(404, 7_404, `The database ${params["database"]} could not be found`);
    return found;
  };
  const view = (each: FakeDatabase): object => ({
    uuid: each.id,
    name: each.name,
    version: "production",
    created_at: each.createdAt.toISOString(),
    num_tables: each.tableCount,
    file_size: 8_192,
    read_replication: { mode: "disabled" },
  });
  const run = (exchange: Exchange): ReturnType<FakeDatabase["run"]> => {
    type Statement = { sql: string; params?: unknown[] };
    const asked = jsonOf<Statement | { batch: Statement[] }>(exchange);
    const statements = "batch" in asked ? asked.batch : [asked];
    return named(exchange).run(statements.map(({ sql, params = [] }) => ({ sql, params })));
  };

  return [
    {
      method: "GET",
      path: root,
      needs,
      handle: (exchange) => {
        const name = exchange.query.get("name");
        return paged(
          exchange,
          [...state.databases.values()].filter((each) => !name || each.name.includes(name)).map(view),
          { perPage: 100 },
        );
      },
    },
    {
      method: "POST",
      path: root,
      needs,
      handle: (exchange) => view(state.addDatabase(jsonOf<{ name: string }>(exchange).name, randomUUID())),
    },
    { method: "GET", path: `${root}/:database`, needs, handle: (exchange) => view(named(exchange)) },
    {
      method: "DELETE",
      path: `${root}/:database`,
      needs,
      handle: (exchange) => {
        named(exchange).close();
        state.databases.delete(named(exchange).id);
        return null;
      },
    },
    { method: "POST", path: `${root}/:database/query`, needs, handle: run },
    {
      method: "POST",
      path: `${root}/:database/raw`,
      needs,
      handle: (exchange) =>
        run(exchange).map(({ results, ...rest }) => ({
          ...rest,
          results: { columns: Object.keys(results[0] ?? {}), rows: results.map((row) => Object.values(row)) },
        })),
    },
    {
      method: "GET",
      path: `${root}/:database/time_travel/bookmark`,
      needs,
      handle: (exchange) => ({ bookmark: named(exchange).bookmark() }),
    },
    {
      method: "POST",
      path: `${root}/:database/time_travel/restore`,
      needs,
      handle: (exchange) => named(exchange).restore(exchange.query.get("bookmark") ?? ""),
    },
    {
      method: "POST",
      path: `${root}/:database/export`,
      needs,
      handle: (exchange) => {
        const database = named(exchange);
        const { current_bookmark: seen } = jsonOf<{ current_bookmark?: string }>(exchange);
        const bookmark = database.bookmark();
        const told = { success: true, type: "export", at_bookmark: bookmark, messages: [] };
        if (database.exportProblem !== undefined) return { ...told, status: "error", error: database.exportProblem };
        // It goes on while somebody asks for it.
        if (seen !== bookmark) return { ...told, status: "active" };
        const filename = `${database.id}.sql`;
        signed.set(filename, database.dump());
        return { ...told, status: "complete", result: { filename, signed_url: `${origin()}/signed/${filename}` } };
      },
    },
  ];
}

/** R2: buckets alone. */
export function r2Routes(state: AccountState): Row[] {
  const root = "/r2/buckets";
  const needs = "Workers R2 Storage";
  const view = (bucket: { name: string; createdOn: Date }): object => ({
    name: bucket.name,
    creation_date: bucket.createdOn.toISOString(),
    location: "weur",
    storage_class: "Standard",
  });
  return [
    {
      method: "GET",
      path: root,
      needs,
      handle: () => ({ buckets: [...state.buckets.values()].map(view) }),
    },
    {
      method: "POST",
      path: root,
      needs,
      handle: (exchange) => {
        const { name } = jsonOf<{ name: string }>(exchange);
        if (state.buckets.has(name)) {
          throw new Refusal(409, 10_004, "The bucket you tried to create already exists, and you own it.");
        }
        const bucket = { name, createdOn: state.now() };
        state.buckets.set(name, bucket);
        return view(bucket);
      },
    },
    {
      method: "GET",
      path: `${root}/:bucket`,
      needs,
      handle: ({ params }) => {
        const bucket = state.buckets.get(params["bucket"] ?? "");
        if (!bucket) throw new Refusal(404, 10_006, "The specified bucket does not exist.");
        return view(bucket);
      },
    },
    {
      method: "DELETE",
      path: `${root}/:bucket`,
      needs,
      handle: ({ params }) => {
        if (!state.buckets.delete(params["bucket"] ?? "")) {
          throw new Refusal(404, 10_006, "The specified bucket does not exist.");
        }
        return null;
      },
    },
  ];
}
