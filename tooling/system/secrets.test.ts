import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import { proofOf } from "#contracts/secret-proof";
import type { SecretsReply } from "#contracts/routes/secrets";
import { Mesh, OPERATOR_KEY, secrets } from "./mesh.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";

describe("the proofs of secrets on the real Workers", () => {
  /** The gateway's is the worst: it is refused by all that it calls. */
  const odd: Partial<Record<Worker, string>> = { hoox: "another-internal-key", "d1-worker": "a-third-internal-key" };
  let mesh: Mesh;
  beforeAll(async () => {
    const given = Object.entries(odd).map(([worker, value]) => [worker, { [INTERNAL]: value }]);
    mesh = await Mesh.start({ secrets: Object.fromEntries(given) });
  });
  afterAll(() => mesh.stop());

  it("come from all six, each of the value that it has, though they refuse each other's calls", async () => {
    await expect(mesh.ops("GET", "/ops/status")).rejects.toThrow("internal_key_mismatch");

    const { nonce, proofs } = await proven(INTERNAL);
    for (const worker of workers) {
      const value = odd[worker] ?? secrets.INTERNAL_KEY_BINDING;
      expect([worker, proofs[worker]]).toEqual([worker, [await proofOf(value, { name: INTERNAL, nonce })]]);
    }
  });

  it("are none for a secret that a Worker does not have", async () => {
    const { proofs } = await proven("TG_BOT_TOKEN_BINDING");
    expect(proofs["telegram-worker"]).toEqual([]);
  });

  it("cannot be asked for from outside without the operator key", async () => {
    const asked = { names: [INTERNAL], nonce: crypto.randomUUID() };
    const url = (path: string): string => new URL(path, mesh.url).href;
    const direct = await mesh.harness.fetch(url("/proof"), { method: "POST", body: JSON.stringify(asked) });
    const stranger = await mesh.harness.fetch(url(`/ops/secrets?names=${INTERNAL}`));
    const operator = await mesh.harness.fetch(url(`/ops/secrets?names=${INTERNAL}`), {
      headers: { authorization: `Bearer ${OPERATOR_KEY}` },
    });

    expect([direct.status, stranger.status, operator.status]).toEqual([404, 401, 200]);
  });

  async function proven(name: string): Promise<{ nonce: string; proofs: Partial<Record<Worker, string[]>> }> {
    const { nonce, workers: all } = await mesh.ops<SecretsReply>("GET", `/ops/secrets?names=${name}`);
    const proofs = all.map((each) => [each.worker, each.secrets?.find((secret) => secret.name === name)?.proofs]);
    return { nonce, proofs: Object.fromEntries(proofs) };
  }
});
