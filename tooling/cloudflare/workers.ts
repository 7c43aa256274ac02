import * as z from "zod";
import { path, type Api } from "./api.ts";
import { isMissing } from "./errors.ts";
import {
  deployedWorker,
  deployment,
  deploymentList,
  scheduleList,
  versionDetail,
  versionList,
  workerSettings,
  workerSubdomain,
  type Binding,
  type DeployedWorker,
  type Deployment,
  type Version,
  type WorkerSettings,
  type WorkerSubdomain,
} from "./worker-shapes.ts";

const PER_PAGE = 100;

/** What is deployed. Of a Worker that is not, single questions answer undefined. */
export class Workers {
  readonly #api: Api;
  readonly #account: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#account = path`/accounts/${accountId}/workers`;
  }

  async list(): Promise<DeployedWorker[]> {
    const where = `${this.#account}/scripts`;
    return this.#api.call({ method: "get", path: where, result: z.array(deployedWorker), what: "list the Workers" });
  }

  settings(name: string): Promise<WorkerSettings | undefined> {
    const where = this.#of(name, "settings");
    return this.#api.find({ method: "get", path: where, result: workerSettings, what: `read the bindings of ${name}` });
  }

  /** All of them, newest first. */
  versions(name: string): Promise<Version[] | undefined> {
    const what = `list the versions of ${name}`;
    return this.#all({ path: this.#of(name, "versions"), what }, versionList);
  }

  async newestVersion(name: string): Promise<Version | undefined> {
    const what = `look for the newest version of ${name}`;
    const where = this.#of(name, "versions");
    return (await this.#api.find({ method: "get", path: where, result: versionList, what }))?.[0];
  }

  /** What one version is bound to. */
  bindingsOf(name: string, versionId: string): Promise<Binding[] | undefined> {
    const what = `read version ${versionId} of ${name}`;
    const where = this.#of(name, "versions") + path`/${versionId}`;
    return this.#api.find({ method: "get", path: where, result: versionDetail, what });
  }

  /** All of them, newest first: the first one takes the requests. A secret that is set makes one, too. */
  deployments(name: string): Promise<Deployment[] | undefined> {
    const what = `list the deployments of ${name}`;
    return this.#all({ path: this.#of(name, "deployments"), what }, deploymentList);
  }

  /** The one that takes the requests. */
  async deployment(name: string): Promise<Deployment | undefined> {
    const what = `look what of ${name} takes the requests`;
    const where = this.#of(name, "deployments");
    return (await this.#api.find({ method: "get", path: where, result: deploymentList, what }))?.[0];
  }

  /**
   * Gives all requests to a version that was uploaded before; naming the same one again changes nothing. Without `force`
   * it is refused (`SECRETS_CHANGED`) when a secret has another value by now: the version has those of its time.
   */
  async deployVersion(
    name: string,
    versionId: string,
    { message, force = false }: { message: string; force?: boolean },
  ): Promise<Deployment> {
    return this.#api.call({
      method: "post",
      path: this.#of(name, "deployments"),
      ...(force ? { query: { force: "true" } } : {}),
      body: {
        strategy: "percentage",
        versions: [{ version_id: versionId, percentage: 100 }],
        annotations: { "workers/message": message },
      },
      result: deployment,
      what: `deploy version ${versionId} of ${name}`,
      repeatable: true,
    });
  }

  async crons(name: string): Promise<string[] | undefined> {
    const what = `read the crons of ${name}`;
    const where = this.#of(name, "schedules");
    const found = await this.#api.find({ method: "get", path: where, result: scheduleList, what });
    return found?.schedules.map(({ cron }) => cron);
  }

  /** Replaces them all. */
  async setCrons(name: string, crons: readonly string[]): Promise<void> {
    const body = crons.map((cron) => ({ cron }));
    const what = `set the crons of ${name}`;
    await this.#api.call({ method: "put", path: this.#of(name, "schedules"), body, result: scheduleList, what });
  }

  subdomain(name: string): Promise<WorkerSubdomain | undefined> {
    const what = `read the address of ${name}`;
    return this.#api.find({ method: "get", path: this.#of(name, "subdomain"), result: workerSubdomain, what });
  }

  async setSubdomain(name: string, wanted: WorkerSubdomain): Promise<void> {
    await this.#api.call({
      method: "post",
      path: this.#of(name, "subdomain"),
      body: { enabled: wanted.enabled, previews_enabled: wanted.previewsEnabled },
      result: workerSubdomain,
      what: `set the address of ${name}`,
      repeatable: true,
    });
  }

  /** The part before `.workers.dev`; undefined while the account has none. */
  async accountSubdomain(): Promise<string | undefined> {
    const result = z.object({ subdomain: z.string().nullish() });
    const what = "read the account's workers.dev name";
    const found = await this.#api.find({ method: "get", path: `${this.#account}/subdomain`, result, what });
    return found?.subdomain || undefined;
  }

  async delete(name: string): Promise<void> {
    const where = this.#account + path`/scripts/${name}`;
    const what = `delete Worker ${name}`;
    await this.#api.call({ method: "delete", path: where, query: { force: "true" }, result: z.unknown(), what });
  }

  async #all<Item extends { id: string }>(
    call: { path: string; what: string },
    list: z.ZodType<Item[]>,
  ): Promise<Item[] | undefined> {
    const found = new Map<string, Item>();
    for (let page = 1; ; page += 1) {
      const query = { page, per_page: PER_PAGE };
      const answer = await this.#api
        .page({ method: "get", ...call, query, result: list })
        .catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
      if (answer === undefined) return undefined;
      const before = found.size;
      for (const each of answer.result) found.set(each.id, each);
      // A page may be shorter than asked for, and one that knows no pages sends the same again.
      const isLast = answer.total === undefined ? answer.result.length < PER_PAGE : found.size >= answer.total;
      if (isLast || found.size === before) return [...found.values()];
    }
  }

  #of(name: string, part: string): string {
    return `${this.#account}${path`/scripts/${name}`}/${part}`;
  }
}
