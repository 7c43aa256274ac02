import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "#contracts/ids";
import { goodSecrets, type Secrets } from "../../cli/testing/secret-workers.ts";
import { runCli, testContext, type Ran, type RunOptions } from "../../cli/testing/run-cli.ts";
import { readWanted, type Wanted } from "../../deploy/wanted.ts";
import { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";
import { fakeWrangler } from "../../fakes/wrangler.ts";
import { openAccount } from "../../cloudflare/index.ts";
import { withGenerated } from "../../deploy/generated.ts";
import { findPlace } from "../../secrets/place.ts";
import { handsOf } from "../../checks/hands.ts";
import { fingerprints } from "../../deploy/fingerprint.ts";
import { ROOT } from "../../sync/paths.ts";
import { MeshBehind } from "./mesh-behind.ts";

/** An account on which everything is as it should be: what tests break one thing of, and mend by command. */
export class Deployed implements AsyncDisposable {
  readonly fake: FakeCloudflare;
  readonly mesh: MeshBehind;
  readonly wanted: Wanted;
  /** What the terminal's clock is ahead of everybody else's. */
  aheadMs = 0;
  /** After so long the terminal gives a question up. */
  patienceMs = 30_000;
  /** Replaces the good token. */
  token: string | undefined;
  readonly #secrets: ReadonlyMap<Worker, Secrets>;
  readonly #config = mkdtempSync(join(tmpdir(), "hoox-deployed-"));
  #slept = 0;

  private constructor(of: { fake: FakeCloudflare; wanted: Wanted; secrets: ReadonlyMap<Worker, Secrets> }) {
    this.fake = of.fake;
    this.wanted = of.wanted;
    this.#secrets = of.secrets;
    this.mesh = new MeshBehind({ ...of, now: () => this.now() });
  }

  /** With these values of secrets; others are made up. */
  static async start(given: Secrets = {}): Promise<Deployed> {
    const began = Date.now();
    let self: Deployed | undefined;
    const fake = await FakeCloudflare.start({ now: () => self?.now() ?? new Date(began), rateLimit: 1_000_000 });
    self = new Deployed({ fake, wanted: await readWanted(), secrets: await secretsWith(given) });
    await self.#provision();
    return self;
  }

  /** Everybody's time but the terminal's; it moves with what the terminal sleeps. */
  now(): Date {
    return new Date(START + this.#slept);
  }

  get terminal(): RunOptions {
    const { fake } = this;
    return {
      root: ROOT,
      env: {
        ...fake.env,
        ...(this.token === undefined ? {} : { CLOUDFLARE_API_TOKEN: this.token }),
        HOOX_OPERATOR_KEY: this.#secrets.get("ops-worker")?.["OPERATOR_KEY_BINDING"],
        XDG_CONFIG_HOME: this.#config,
      },
      fetch: (input, init) => {
        const patience = AbortSignal.timeout(this.patienceMs);
        const signal = AbortSignal.any([patience, ...(init?.signal ? [init.signal] : [])]);
        return fake.workersDev.fetch(input, { ...init, signal });
      },
      now: () => new Date(this.now().getTime() + this.aheadMs),
      sleep: async (ms) => void (this.#slept += ms),
      run: fakeWrangler(),
    };
  }

  /** `npx hoox …` in this process, on this account. */
  hoox(...words: readonly string[]): Promise<Ran> {
    return runCli(words, this.terminal);
  }

  /** An hour passes in which the mesh is well. */
  async passAnHour(): Promise<void> {
    this.#slept += 3_600_000;
    await this.mesh.tick();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#config, { recursive: true, force: true });
    await this.fake.stop();
  }

  async #provision(): Promise<void> {
    const { state } = this.fake;
    for (const { name, retentionSeconds } of this.wanted.queues) {
      state.addQueue(name).settings.message_retention_period = retentionSeconds;
    }
    for (const { name } of this.wanted.databases) state.addDatabase(name, `id-of-${name}`);
    for (const { title } of this.wanted.namespaces) state.addNamespace(title, `id-of-${title}`);
    for (const { name } of this.wanted.buckets) state.buckets.set(name, { name, createdOn: state.now() });
    this.#keep();
    const place = await findPlace(testContext(this.terminal), { target: undefined, remote: true });
    const hands = handsOf(testContext(this.terminal), place, () => undefined);
    await hands.migrate();
    for (const { name } of this.wanted.workers) await this.#deploy(name);
    await this.passAnHour();
  }

  async #deploy(worker: Worker): Promise<void> {
    const account = await openAccount(testContext(this.terminal));
    const secrets = join(this.#config, "secrets.json");
    writeFileSync(secrets, JSON.stringify(this.#secrets.get(worker)), { mode: 0o600 });
    const from = (await fingerprints()).get(worker) ?? "";
    await withGenerated(account, { worker, from }, async ({ configPath }) => {
      const args = ["wrangler", "deploy", "--config", configPath, "--secrets-file", secrets];
      const { code, stderr } = await fakeWrangler()("node", args, { env: this.fake.env });
      if (code !== 0) throw new Error(stderr);
    });
  }

  /** This machine has set the shared keys, so it knows them. */
  #keep(): void {
    const values = { INTERNAL_KEY_BINDING: this.#secrets.get("hoox")?.["INTERNAL_KEY_BINDING"] };
    mkdirSync(join(this.#config, "hoox"));
    const path = join(this.#config, "hoox", "secrets.json");
    writeFileSync(path, JSON.stringify({ [this.fake.state.id]: { values } }), { mode: 0o600 });
  }
}

async function secretsWith(given: Secrets): Promise<Map<Worker, Secrets>> {
  const all = await goodSecrets();
  const own = (secrets: Secrets): Secrets =>
    Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, given[name] ?? value]));
  return new Map([...all].map(([worker, secrets]) => [worker, own(secrets)]));
}

const START = Date.parse("2026-11-23T12:00:00.000Z");
