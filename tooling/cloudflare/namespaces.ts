import * as z from "zod";
import { path, type Api } from "./api.ts";

export interface Namespace {
  id: string;
  title: string;
}

const namespace = z.object({ id: z.string(), title: z.string() });
const key = z.object({ name: z.string(), expiration: z.number().nullish() });

/** KV. A write shows elsewhere after 60 seconds or more. */
export class Namespaces {
  readonly #api: Api;
  readonly #root: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#root = path`/accounts/${accountId}/storage/kv/namespaces`;
  }

  list(): Promise<Namespace[]> {
    return this.#api.all({ path: this.#root, what: "list the KV namespaces" }, namespace);
  }

  /** Fails (code 10014) when there is one of this title. */
  async create(title: string): Promise<Namespace> {
    const what = `create KV namespace ${title}`;
    return this.#api.call({ method: "post", path: this.#root, body: { title }, result: namespace, what });
  }

  async keys(of: Namespace, prefix?: string): Promise<string[]> {
    const found: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await this.#api.page({
        method: "get",
        path: `${this.#root}${path`/${of.id}`}/keys`,
        query: { limit: 1_000, prefix, cursor },
        result: z.array(key),
        what: `list the keys of ${of.title}`,
      });
      found.push(...page.result.map(({ name }) => name));
      cursor = page.cursor;
      if (cursor === undefined) return found;
    }
  }

  /** Undefined when there is no such key. */
  get(of: Namespace, name: string): Promise<string | undefined> {
    return this.#api.text({ method: "get", path: this.#value(of, name), what: `read ${name} in ${of.title}` });
  }

  async put(of: Namespace, name: string, value: string): Promise<void> {
    const where = `${this.#root}${path`/${of.id}`}/bulk`;
    const body = [{ key: name, value }];
    await this.#api.call({
      method: "put",
      path: where,
      body,
      result: z.unknown(),
      what: `write ${name} in ${of.title}`,
    });
  }

  async delete(of: Namespace, name: string): Promise<void> {
    const what = `delete ${name} in ${of.title}`;
    await this.#api.call({ method: "delete", path: this.#value(of, name), result: z.unknown(), what });
  }

  #value(of: Namespace, name: string): string {
    return this.#root + path`/${of.id}/values/${name}`;
  }
}
