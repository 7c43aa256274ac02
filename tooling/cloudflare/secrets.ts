import * as z from "zod";
import { path, type Api } from "./api.ts";

const named = z.object({ name: z.string(), type: z.string() });

/** A Worker's secrets: their names can be read, their values only written. Each write is a new version of the Worker. */
export class Secrets {
  readonly #api: Api;
  readonly #account: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#account = path`/accounts/${accountId}/workers/scripts`;
  }

  /** Undefined for a Worker that is not deployed. */
  async names(worker: string): Promise<string[] | undefined> {
    const what = `list the secrets of ${worker}`;
    const found = await this.#api.find({ method: "get", path: this.#of(worker), result: z.array(named), what });
    return found?.map(({ name }) => name);
  }

  async put(worker: string, name: string, value: string): Promise<void> {
    const body = { name, text: value, type: "secret_text" };
    const what = `set ${name} of ${worker}`;
    await this.#api.call({ method: "put", path: this.#of(worker), body, result: named, what });
  }

  /** Several at once, in one version; `null` deletes. */
  async putAll(worker: string, values: Readonly<Record<string, string | null>>): Promise<void> {
    const secrets = Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, text === null ? null : { name, text, type: "secret_text" }]),
    );
    await this.#api.call({
      method: "patch",
      path: `${this.#account}${path`/${worker}`}/secrets-bulk`,
      body: { secrets },
      result: z.unknown(),
      what: `set ${Object.keys(values).join(", ")} of ${worker}`,
      repeatable: true,
    });
  }

  async delete(worker: string, name: string): Promise<void> {
    const where = this.#of(worker) + path`/${name}`;
    const what = `delete ${name} of ${worker}`;
    await this.#api.call({ method: "delete", path: where, result: z.unknown(), what });
  }

  #of(worker: string): string {
    return `${this.#account}${path`/${worker}`}/secrets`;
  }
}
