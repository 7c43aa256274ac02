import { workers, type Worker } from "#contracts/ids";
import type { SecretsReply } from "#contracts/routes/secrets";
import { proofOf, valuesOf } from "#contracts/secret-proof";
import { declaredSecrets } from "../../secrets/declared.ts";
import { FakeCloudflare, type FakeCloudflareOptions } from "../../fakes/cloudflare/fake.ts";
import { addVersion, deployVersion } from "../../fakes/cloudflare/script-store.ts";
import type { StoredScript } from "../../fakes/cloudflare/state.ts";
import type { HooxContext } from "../context.ts";
import { refusal, REQUEST_ID } from "./fake-mesh.ts";

export type Secrets = Record<string, string>;

/** What each of six Workers has, as a good deployment leaves it. */
export async function goodSecrets(): Promise<Map<Worker, Secrets>> {
  const declared = await declaredSecrets();
  const of = (worker: Worker): Secrets =>
    Object.fromEntries(
      declared
        .filter((each) => each.workers.includes(worker))
        .map(({ name }) => [name, `value-of-${name.toLowerCase()}`]),
    );
  return new Map(workers.map((worker) => [worker, of(worker)]));
}

/** `GET /ops/secrets` of Workers that have these. */
export async function provenBy(all: (worker: Worker) => Secrets, names: readonly string[]): Promise<SecretsReply> {
  const proven = workers.map(async (worker) => {
    const secrets = names.map(async (name) => {
      const proofs = valuesOf(all(worker)[name] ?? "").map((value) => proofOf(value, { name, nonce: REQUEST_ID }));
      return { name, proofs: await Promise.all(proofs) };
    });
    return { worker, secrets: await Promise.all(secrets) };
  });
  return { nonce: REQUEST_ID, workers: await Promise.all(proven) };
}

/** An account with deployed Workers that have these secrets, and their mesh at the gateway's address there. */
export async function accountWith(
  of: ReadonlyMap<Worker, Secrets>,
  options: FakeCloudflareOptions = {},
): Promise<FakeCloudflare> {
  const account = await FakeCloudflare.start(options);
  const { state, workersDev } = account;
  const at = state.now();
  for (const [name, secrets] of of) {
    const script: StoredScript = {
      name,
      tag: name,
      createdOn: at,
      modifiedOn: at,
      versions: [],
      deployments: [],
      crons: [],
      subdomain: { enabled: name === "hoox", previews_enabled: false },
      settings: {},
      migrationTag: undefined,
      classes: new Set(),
    };
    state.scripts.set(name, script);
    const bindings = Object.entries(secrets).map(([secret, text]) => ({ name: secret, type: "secret_text", text }));
    const version = addVersion(script, { bindings, modules: [], metadata: {}, annotations: {}, source: "test" }, at);
    deployVersion(script, [{ version_id: version.id, percentage: 100 }], at);
  }
  workersDev.serve("hoox", async (request) => {
    const given = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const right = valuesOf(account.secret("ops-worker", "OPERATOR_KEY_BINDING") ?? "");
    if (!right.includes(given)) return Response.json(refusal(401, "wrong operator key").body, { status: 401 });
    const names = new URL(request.url).searchParams.get("names")?.split(",") ?? [];
    const deployed = (worker: Worker): Secrets =>
      Object.fromEntries(names.map((name) => [name, account.secret(worker, name) ?? ""]));
    return Response.json(await provenBy(deployed, names));
  });
  return account;
}

/** What a terminal needs to speak to it. */
export function terminalOf(account: FakeCloudflare): Pick<HooxContext, "env" | "fetch"> {
  const { env, workersDev } = account;
  return {
    env: { ...env, HOOX_OPERATOR_KEY: account.secret("ops-worker", "OPERATOR_KEY_BINDING") },
    fetch: workersDev.fetch,
  };
}
