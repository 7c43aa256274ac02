import { describe, expect, it } from "vitest";
import type { ReadEmail } from "#contracts/routes/emails";
import { strategyEntry } from "#contracts/strategy";
import { ALERT, fakeGateway } from "../fakes.ts";
import { receiveEmail } from "./receive-email.ts";

const ALERT_WITH_ID = { ...ALERT, idempotencyKey: "BTCUSDT 2026-11-23T14:05:00Z 7" };
const SENT_AT = "2026-11-23T14:04:00.000Z";

/** A gateway, and mails that ops-worker reads as `mail` says. */
function mailbox(
  mail: Partial<ReadEmail> = {},
  reads?: () => Promise<Response>,
  options: { alertsAllowed?: number; wrongKeysAllowed?: number } = {},
) {
  const read: ReadEmail = {
    from: "noreply@tradingview.com",
    sentAt: SENT_AT,
    text: `Alert\n\n${JSON.stringify(ALERT_WITH_ID)}\n\nbye`,
    authentication: ["mx.cloudflare.net; dmarc=pass header.from=tradingview.com"],
    ...mail,
  };
  const gateway = fakeGateway({
    ...options,
    neighbours: { "ops-worker": reads ?? (async () => Response.json(read)) },
  });
  const rejected: string[] = [];
  const background: Promise<unknown>[] = [];
  const receive = async (rawSize = 1_000): Promise<void> => {
    const message = {
      raw: new Blob(["raw"]).stream(),
      rawSize,
      setReject: (reason: string) => void rejected.push(reason),
    };
    const call = { requestId: crypto.randomUUID(), background: (work: Promise<unknown>) => void background.push(work) };
    await receiveEmail(message, call, gateway.deps);
    await Promise.all(background);
  };
  return { gateway, rejected, receive };
}

describe("an alert by mail", () => {
  it("goes to its ledger under its own id, valid from when it was sent", async () => {
    const { gateway, rejected, receive } = mailbox();
    await receive();

    expect(rejected).toEqual([]);
    expect(gateway.ledger.asked).toMatchObject([
      {
        ledger: "main:paper",
        signal: { symbol: "BTCUSDT", channel: "email", sentAt: new Date(SENT_AT) },
        alertKey: { value: `default/${ALERT_WITH_ID.idempotencyKey}`, source: "explicit" },
      },
    ]);
  });

  it("keeps to its lag from when it was sent, not from when it came", async () => {
    const { gateway, receive } = mailbox({ text: JSON.stringify({ ...ALERT_WITH_ID, max_lag: 120 }) });
    await receive();

    const expiresAt = new Date(Date.parse(SENT_AT) + 120_000);
    expect(gateway.ledger.asked).toMatchObject([{ signal: { expiresAt } }]);
  });

  it("has the same key as its webhook", async () => {
    const { gateway, receive } = mailbox();
    await gateway.post(ALERT_WITH_ID);
    await receive();

    const [webhook, mail] = gateway.ledger.asked.map(({ alertKey }) => alertKey);
    expect(mail).toEqual(webhook);
  });

  it("without an id of its own is refused, recorded and told, and bounces to nobody", async () => {
    const { gateway, rejected, receive } = mailbox({ text: JSON.stringify(ALERT) });
    await receive();
    const published = await gateway.published();

    expect(gateway.ledger.asked).toEqual([]);
    expect(rejected).toEqual([]);
    expect(published.map(({ message }) => message.type).toSorted()).toEqual([
      "notification.requested",
      "signal.refused",
    ]);
  });

  it.each<[string, Partial<ReadEmail>, RegExp]>([
    ["a spoofed one", { authentication: [] }, /^no verdict of mx\.cloudflare\.net/],
    ["one from elsewhere", { from: "a@evil.com" }, /^it is from a@evil\.com/],
    ["one without an alert", { text: "BTCUSDT crossing 65000" }, /^it holds no JSON object/],
    [
      "one with a wrong key",
      { text: JSON.stringify({ ...ALERT_WITH_ID, apiKey: "wrong" }) },
      /key is missing or wrong/,
    ],
  ])("is rejected as %s, and trades nothing", async (_, mail, words) => {
    const { gateway, rejected, receive } = mailbox(mail);
    await receive();

    expect(rejected).toEqual([expect.stringMatching(words)]);
    expect(gateway.ledger.asked).toEqual([]);
  });

  it("is rejected unread when it is too large", async () => {
    const { rejected, receive } = mailbox({}, () => Promise.reject(new Error("nobody reads it")));
    await receive(200_000);

    expect(rejected).toEqual([expect.stringContaining("more than 100000 bytes")]);
  });

  it.each<[string, string, (box: ReturnType<typeof mailbox>) => void]>([
    [
      "the ledger does not answer",
      "the ledger did not take the alert",
      ({ gateway }) => void (gateway.ledger.answers = [new Error("reset"), new Error("reset")]),
    ],
    [
      "the settings of its strategy are damaged",
      'the settings of strategy "default" are damaged',
      ({ gateway }) => void gateway.config.values.set(strategyEntry("default"), "{"),
    ],
  ])("is left to the mail server, which tries again, while %s", async (_, words, trouble) => {
    const box = mailbox();
    trouble(box);

    await expect(box.receive()).rejects.toThrow(words);
    expect(box.rejected).toEqual([]);
  });

  it("is left to the mail server while its strategy sends more than it may, and the trader is told", async () => {
    const { gateway, receive, rejected } = mailbox({}, undefined, { alertsAllowed: 0 });

    await expect(receive()).rejects.toThrow("more alerts in a minute");
    expect(rejected).toEqual([]);
    expect(gateway.ledger.asked).toEqual([]);
    expect((await gateway.published()).map(({ message }) => message.type)).toEqual(["notification.requested"]);
  });

  it("with a wrong key is rejected, not asked for again, after many others with wrong keys", async () => {
    const text = JSON.stringify({ ...ALERT_WITH_ID, apiKey: "wrong" });
    const { receive, rejected } = mailbox({ text }, undefined, { wrongKeysAllowed: 0 });
    await receive();

    expect(rejected).toEqual([expect.stringMatching(/without a valid key/)]);
  });

  it("is left to the mail server while nobody can read it", async () => {
    const { receive, rejected } = mailbox({}, async () => new Response("away", { status: 503 }));

    await expect(receive()).rejects.toThrow("gave no reason");
    expect(rejected).toEqual([]);
  });
});
