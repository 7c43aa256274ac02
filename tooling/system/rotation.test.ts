import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import { runCli } from "../cli/testing/run-cli.ts";
import { accountWith, type Secrets } from "../cli/testing/secret-workers.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { behind } from "./behind.ts";
import { Mesh, OPERATOR_KEY, secrets } from "./mesh.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";

/** The account is the fake one; its Workers are the real ones, which get each secret that is written there. */
describe("secrets of the real Workers", () => {
  let mesh: Mesh;
  let account: FakeCloudflare;
  const odd: Secrets = { ...secrets, [INTERNAL]: "the-key-of-another-mesh" };
  beforeAll(async () => {
    mesh = await Mesh.start({ secrets: { "d1-worker": odd } });
    account = await accountWith(new Map(workers.map((each) => [each, each === "d1-worker" ? odd : { ...secrets }])));
    const gateway = behind(mesh);
    account.workersDev.serve("hoox", async (request) => {
      await takeOver();
      return gateway(request);
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await account.stop();
  });

  const has = new Map<Worker, string | undefined>(workers.map((each) => [each, secrets[INTERNAL]]));
  has.set("d1-worker", odd[INTERNAL]);
  /** Those whose secret was written since get it now: a new version each, on workerd. */
  async function takeOver(): Promise<void> {
    const changed = workers.filter((worker) => account.secret(worker, INTERNAL) !== has.get(worker));
    if (changed.length === 0) return;
    for (const worker of changed) has.set(worker, account.secret(worker, INTERNAL));
    await mesh.give(Object.fromEntries(changed.map((worker) => [worker, { [INTERNAL]: has.get(worker) ?? "" }])));
  }

  function hoox(...args: string[]) {
    const env = { ...account.env, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    return runCli(args, { env: { ...env, HOOX_CURRENT_VALUE: secrets[INTERNAL] }, fetch: account.workersDev.fetch });
  }

  it("a key that differs on one of six is named by `secrets check`, and mended by what it says", async () => {
    await expect(mesh.ops("GET", "/ops/orders")).rejects.toThrow(/d1-worker refused ops-worker/);
    const found = await hoox("secrets", "check", "--remote");

    expect(found.exitCode).toBe(1);
    expect(found.stdout.match(/^.*DIFFERS.*$/gm)).toEqual([expect.stringMatching(/INTERNAL_KEY_BINDING +d1-worker/)]);
    expect(found.stderr).toContain("npx hoox secrets set INTERNAL_KEY_BINDING --remote");

    const mended = await hoox("secrets", "set", INTERNAL, secrets[INTERNAL], "--remote");
    expect(mended.exitCode).toBe(0);
    expect((await hoox("secrets", "check", "--remote")).exitCode).toBe(0);
    expect(await mesh.ops("GET", "/ops/orders")).toMatchObject({ orders: [] });
  });

  it("a rotation under continuous internal calls ends with a new key everywhere, and no call was refused", async () => {
    const before = has.get("hoox");
    const ended = new AbortController();
    const calls = { fine: 0, refused: 0 };
    const calling = (async () => {
      // hoox to ops-worker, ops-worker to d1-worker and telegram-worker.
      while (!ended.signal.aborted) {
        for (const path of ["/ops/orders", "/ops/telegram"]) {
          const answer = await mesh.ops("GET", path).then(
            () => "fine",
            (error: unknown) => String(error),
          );
          if (answer === "fine") calls.fine += 1;
          else if (/ 401 |internal_key_mismatch/.test(answer)) calls.refused += 1;
        }
      }
    })();
    // Half of a step's Workers are ahead of the others for a while.
    const { fetch } = account.workersDev;
    let writes = 0;
    const half: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (init?.method?.toUpperCase() === "PUT" && ++writes % 3 === 0) await takeOver();
      return response;
    };
    const env = { ...account.env, HOOX_OPERATOR_KEY: OPERATOR_KEY, HOOX_CURRENT_VALUE: before };
    const ran = await runCli(["secrets", "rotate", INTERNAL, "--remote"], { env, fetch: half });
    ended.abort();
    await calling;

    expect(ran).toMatchObject({ exitCode: 0, stdout: "INTERNAL_KEY_BINDING: rotated\n" });
    expect(writes).toBe(18);
    expect(new Set(has.values()).size).toBe(1);
    expect(has.get("hoox")).not.toContain(String(before));
    expect(calls.refused).toBe(0);
    expect(calls.fine).toBeGreaterThan(10);
  }, 240_000);
});
