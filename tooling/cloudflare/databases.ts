import * as z from "zod";
import { CliError } from "../cli/errors.ts";
import { path, type Api } from "./api.ts";

export interface Database {
  id: string;
  name: string;
  createdAt: string | undefined;
}

export type Row = Record<string, string | number | null>;

const database = z
  .object({ uuid: z.string(), name: z.string(), created_at: z.string().nullish() })
  .transform((raw): Database => ({ id: raw.uuid, name: raw.name, createdAt: raw.created_at ?? undefined }));

const queried = z.array(
  z.object({
    success: z.boolean(),
    results: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  }),
);

const exported = z.object({
  success: z.boolean().nullish(),
  status: z.string().nullish(),
  at_bookmark: z.string().nullish(),
  error: z.string().nullish(),
  result: z.object({ filename: z.string(), signed_url: z.string() }).nullish(),
});

/** D1 databases. Migrations go through wrangler, which keeps their table. */
export class Databases {
  readonly #api: Api;
  readonly #root: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#root = path`/accounts/${accountId}/d1/database`;
  }

  list(): Promise<Database[]> {
    return this.#api.all({ path: this.#root, what: "list the databases" }, database);
  }

  async byName(name: string): Promise<Database | undefined> {
    const call = { path: this.#root, query: { name }, what: `look for database ${name}` };
    return (await this.#api.all(call, database)).find((each) => each.name === name);
  }

  /** Fails (code 7502) when there is one of this name. */
  async create(name: string, options: { location?: string } = {}): Promise<Database> {
    const body = { name, ...(options.location === undefined ? {} : { primary_location_hint: options.location }) };
    return this.#api.call({
      method: "post",
      path: this.#root,
      body,
      result: database,
      what: `create database ${name}`,
    });
  }

  async delete(of: Database): Promise<void> {
    const where = this.#of(of);
    await this.#api.call({ method: "delete", path: where, result: z.unknown(), what: `delete database ${of.name}` });
  }

  /** The rows of the last statement. Asked again after a failure only when told that it does not write. */
  async query(
    of: Database,
    sql: string,
    options: { params?: readonly string[]; reads?: boolean } = {},
  ): Promise<Row[]> {
    const answers = await this.#api.call({
      method: "post",
      path: `${this.#of(of)}/query`,
      body: { sql, ...(options.params ? { params: options.params } : {}) },
      result: queried,
      what: `query database ${of.name}`,
      reads: options.reads ?? false,
      lost: "look at the database before it is run again",
    });
    return answers.at(-1)?.results ?? [];
  }

  /** A point to which the database can be brought back for 30 days (7 on the free plan). */
  async bookmark(of: Database, at?: Date): Promise<string> {
    const { bookmark } = await this.#api.call({
      method: "get",
      path: `${this.#of(of)}/time_travel/bookmark`,
      query: { timestamp: at?.toISOString() },
      result: z.object({ bookmark: z.string() }),
      what: `bookmark database ${of.name}`,
    });
    return bookmark;
  }

  /** Answers the bookmark that undoes it. */
  async restore(of: Database, bookmark: string): Promise<string> {
    const { previous_bookmark: previous } = await this.#api.call({
      method: "post",
      path: `${this.#of(of)}/time_travel/restore`,
      query: { bookmark },
      result: z.object({ previous_bookmark: z.string() }),
      what: `restore database ${of.name} to ${bookmark}`,
      lost: "look at the database; restoring it to the same bookmark once more does no harm",
    });
    return previous;
  }

  /** One look at an export, which goes on as long as somebody looks; `url` is where the SQL is, for an hour. */
  async export(
    of: Database,
    options: { bookmark?: string } = {},
  ): Promise<{ done: true; url: string } | { done: false; bookmark: string | undefined }> {
    const answer = await this.#api.call({
      method: "post",
      path: `${this.#of(of)}/export`,
      body: { output_format: "polling", ...(options.bookmark ? { current_bookmark: options.bookmark } : {}) },
      result: exported,
      what: `export database ${of.name}`,
      reads: true,
    });
    if (answer.status === "error" || answer.success === false) {
      const why = answer.error ?? "without a reason";
      throw new CliError(3, `Cloudflare could not export database ${of.name}: ${why}`, { hint: "run it again" });
    }
    if (answer.result) return { done: true, url: answer.result.signed_url };
    return { done: false, bookmark: answer.at_bookmark ?? undefined };
  }

  #of({ id }: Database): string {
    return this.#root + path`/${id}`;
  }
}
