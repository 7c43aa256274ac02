import { describe, expect, it } from "vitest";
import { proofOf } from "#contracts/secret-proof";
import { fakeGateway } from "../fakes.ts";
import { withOwnProofs } from "./own-proofs.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const name = "INTERNAL_KEY_BINDING";
const of = {
  request: new Request(`https://hoox.example/ops/secrets?names=${name},TRADING_MODE`),
  env: { INTERNAL_KEY_BINDING: "sesame", TRADING_MODE: "live" },
  requestId,
};

describe("the gateway's own secrets", () => {
  it("are proven in the answer of ops-worker, those alone that are secrets", async () => {
    const answer = Response.json({ nonce: requestId, workers: [{ worker: "ops-worker" }] });
    const response = await withOwnProofs(answer, of);

    expect(await response.json()).toEqual({
      nonce: requestId,
      workers: [
        { worker: "ops-worker" },
        { worker: "hoox", secrets: [{ name, proofs: [await proofOf("sesame", { name, nonce: requestId })] }] },
      ],
    });
  });

  it("are proven to nobody whom ops-worker refuses", async () => {
    const refusal = Response.json({ error: { code: "operator_key_mismatch" } }, { status: 401 });
    expect(await withOwnProofs(refusal, of)).toBe(refusal);
  });

  it("are proven to nobody from outside", async () => {
    const response = await fakeGateway().fetch("/proof", {
      method: "POST",
      body: JSON.stringify({ names: [name], nonce: requestId }),
    });
    expect(response.status).toBe(404);
  });
});
