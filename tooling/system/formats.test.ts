import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webhookRoutes } from "#contracts/routes/webhook";
import { parseJson } from "../cli/mesh-client.ts";
import { samples } from "../../services/hoox/src/formats/samples.ts";
import { Mesh, OPERATOR_KEY, until, WEBHOOK_KEY } from "./mesh.ts";

const withKey = (text: string): string =>
  text.replace('"KEY"', `"${WEBHOOK_KEY}"`).replace("'KEY'", `'${WEBHOOK_KEY}'`);

describe("an alert as another system writes it", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  function check(body: string, headers: Record<string, string> = {}): Promise<Response> {
    // The harness's Response is the platform's own.
    return mesh.harness.fetch(new URL("/webhook/check", mesh.url).href, {
      method: "POST",
      body,
      headers,
    }) as unknown as Promise<Response>;
  }

  it.each(samples.filter(({ refusal }) => refusal !== undefined))(
    "is refused by the gateway in words: $name",
    async ({ text, refusal }) => {
      const answer = await mesh.alert(withKey(text));

      expect(answer.status).toBe(400);
      expect(answer.body.error?.message).toContain(refusal);
    },
  );

  it.each(samples.filter(({ signal }) => signal !== undefined))(
    "is checked and accepted by the gateway: $name",
    async ({ text, signal }) => {
      const checked = await check(withKey(text));
      const reply = parseJson(webhookRoutes.check.reply, await checked.json());
      const answer = await mesh.alert(withKey(text), { "content-type": "text/plain; charset=utf-8" });

      expect(reply.data?.signal).toEqual({ strategy: "default", ...signal });
      expect(answer.status).toBe(202);
    },
  );

  it("leaves no trace when it was only checked", async () => {
    const alert = { symbol: "CHECKEDUSDT", action: "buy", quantity: "1", price: "1" };
    const response = await check(JSON.stringify(alert), { authorization: `Bearer ${OPERATOR_KEY}` });
    const { requestId } = webhookRoutes.check.reply.parse(await response.json());
    const sent = await mesh.accepted(alert);
    await until("the one that was sent is recorded", async () => {
      const rows = await mesh.rows(`SELECT outcome FROM signals WHERE request_id = '${sent}'`);
      return rows[0]?.["outcome"] === "filled";
    });

    expect(await mesh.rows("SELECT request_id FROM signals WHERE symbol = 'CHECKEDUSDT'")).toEqual([
      { request_id: sent },
    ]);
    await expect(mesh.ops("GET", `/ops/traces/${requestId}`)).rejects.toThrow("404");
  });
});
