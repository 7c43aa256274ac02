import { describe, expect, it } from "vitest";
import { proofRoute } from "#contracts/routes/secrets";
import { proofOf } from "#contracts/secret-proof";
import { answerProof, asksForProof } from "./answer-proof.ts";

const nonce = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const name = "INTERNAL_KEY_BINDING";

function asking(body: unknown): Request {
  return new Request("https://internal/proof", { method: "POST", body: JSON.stringify(body) });
}

describe("a Worker that is asked to prove its secrets", () => {
  it("proves what it has, each of two values in their order, and says what it has not", async () => {
    const env = { INTERNAL_KEY_BINDING: "new-key, old-key", TELEGRAM_WEBHOOK_SECRET: "" };
    const names = [name, "TELEGRAM_WEBHOOK_SECRET", "OPERATOR_KEY_BINDING"];
    const response = await answerProof(asking({ names, nonce }), env);
    const text = await response.text();

    expect(proofRoute.reply.parse(JSON.parse(text)).secrets).toEqual([
      { name, proofs: [await proofOf("new-key", { name, nonce }), await proofOf("old-key", { name, nonce })] },
      { name: "TELEGRAM_WEBHOOK_SECRET", proofs: [] },
      { name: "OPERATOR_KEY_BINDING", proofs: [] },
    ]);
    expect(text).not.toMatch(/new-key|old-key/);
  });

  it.each([
    ["a variable that is no secret", { names: ["TRADING_MODE"], nonce }],
    ["a nonce that somebody made up", { names: [name], nonce: "telegram-button" }],
    ["nothing", undefined],
  ])("refuses %s", async (_, body) => {
    expect((await answerProof(asking(body), { TRADING_MODE: "live" })).status).toBe(400);
  });

  it("is asked by POST /proof alone", () => {
    expect(asksForProof(asking({}))).toBe(true);
    expect(asksForProof(new Request("https://internal/proof"))).toBe(false);
    expect(asksForProof(new Request("https://internal/telegram", { method: "POST" }))).toBe(false);
  });
});
