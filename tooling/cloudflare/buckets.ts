import * as z from "zod";
import { path, type Api } from "./api.ts";

export interface Bucket {
  name: string;
  createdAt: string | undefined;
}

const bucket = z
  .object({ name: z.string(), creation_date: z.string().nullish() })
  .transform((raw): Bucket => ({ name: raw.name, createdAt: raw.creation_date ?? undefined }));

/** R2. */
export class Buckets {
  readonly #api: Api;
  readonly #root: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#root = path`/accounts/${accountId}/r2/buckets`;
  }

  async list(): Promise<Bucket[]> {
    const found: Bucket[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await this.#api.page({
        method: "get",
        path: this.#root,
        query: { per_page: 1_000, cursor },
        result: z.object({ buckets: z.array(bucket).nullish() }),
        what: "list the R2 buckets",
      });
      found.push(...(page.result.buckets ?? []));
      cursor = page.cursor;
      if (cursor === undefined) return found;
    }
  }

  /** Fails (code 10004) when this account has one of this name. */
  async create(name: string): Promise<Bucket> {
    return this.#api.call({
      method: "post",
      path: this.#root,
      body: { name },
      result: bucket,
      what: `create bucket ${name}`,
    });
  }
}
