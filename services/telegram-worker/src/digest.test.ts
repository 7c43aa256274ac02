import { describe, expect, it } from "vitest";
import { parseTelegramHtml } from "../../../tooling/fakes/telegram-html.ts";
import { digestsOf, MESSAGE_LIMIT, type Notification } from "./digest.ts";

const requestIds = ["9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"] as const;

function notification(data: Partial<Notification["data"]> = {}, requestId: string = requestIds[0]): Notification {
  return {
    v: 1,
    id: `${requestId}/notification.requested/1`,
    type: "notification.requested",
    requestId,
    causationId: requestId,
    source: "ledger-worker",
    occurredAt: new Date(0),
    generation: 0,
    data: { severity: "info", title: "Filled: buy 0.01 BTCUSDT", details: [], at: new Date(0), ...data },
  };
}

/** What a reader sees; fails when Telegram could not parse it. */
function seen(html: string): string {
  const parsed = parseTelegramHtml(html);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.text;
}

describe("a digest", () => {
  it("shows a bold title, the details below it and the requestId to copy", () => {
    const [digest] = digestsOf([notification({ details: [{ label: "Price", value: "65000" }] })]);

    expect(digest?.html).toBe(`<b>Filled: buy 0.01 BTCUSDT</b>\nPrice: 65000\n<code>${requestIds[0]}</code>`);
  });

  it("says in words when something is critical", () => {
    expect(digestsOf([notification({ severity: "critical", title: "Stop missing" })])[0]?.plain).toMatch(
      /^CRITICAL: Stop missing\n/,
    );
  });

  it("carries several notifications, each with its own requestId", () => {
    const digests = digestsOf(requestIds.map((requestId) => notification({}, requestId)));

    expect(digests).toHaveLength(1);
    expect(requestIds.every((requestId) => digests[0]?.html.includes(`<code>${requestId}</code>`))).toBe(true);
  });

  it("reads the same in both texts, whatever stands in it", () => {
    const hostile = notification({
      title: "<b>&lt; 1 > 2 & \ud83d",
      details: [{ label: "</b>", value: "a & b < c &amp;" }],
    });
    const [digest] = digestsOf([hostile]);

    expect(seen(digest?.html ?? "")).toBe(digest?.plain);
    expect(digest?.plain.isWellFormed()).toBe(true);
  });

  it("is split between notifications when the limit is reached", () => {
    const long = Array.from({ length: 20 }, (_, index) => notification({ title: `${index} ${"x".repeat(290)}` }));
    const digests = digestsOf(long);

    expect(digests.length).toBeGreaterThan(1);
    expect(digests.every((digest) => digest.plain.length <= MESSAGE_LIMIT && seen(digest.html) === digest.plain)).toBe(
      true,
    );
    expect(digests.flatMap((digest) => digest.notifications)).toEqual(long);
  });

  it("cuts only the details of a notification that is too long by itself", () => {
    const details = Array.from({ length: 20 }, (_, index) => ({ label: `${index}`, value: "<😀&".repeat(120) }));
    const [digest, ...more] = digestsOf([notification({ title: "Too much", details })]);

    expect(more).toEqual([]);
    expect(digest?.plain.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
    expect(digest?.plain.length).toBeGreaterThan(MESSAGE_LIMIT - 5);
    expect(digest?.plain).toMatch(new RegExp(`^Too much\n[^]*…\n${requestIds[0]}$`));
    expect(seen(digest?.html ?? "")).toBe(digest?.plain);
  });
});
