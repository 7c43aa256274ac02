import { describe, expect, it } from "vitest";
import { readEmail } from "./read-email.ts";

const HEAD = [
  "Authentication-Results: mx.cloudflare.net; dmarc=pass header.from=tradingview.com",
  "Authentication-Results: mx.evil.com; dmarc=pass header.from=other.com",
  "From: TradingView <NoReply@TradingView.com>",
  "To: alerts@example.com",
  "Subject: Alert: BTCUSDT",
  "Date: Sat, 28 Nov 2026 05:00:00 +0000",
  "MIME-Version: 1.0",
];
const read = (...lines: string[]) => readEmail(new TextEncoder().encode([...HEAD, ...lines].join("\r\n")));

describe("a mail", () => {
  it("is read with its sender, its time and the verdicts on it, the topmost first", async () => {
    expect(await read("Content-Type: text/plain", "", '{"a":1}')).toEqual({
      from: "noreply@tradingview.com",
      sentAt: "2026-11-28T05:00:00.000Z",
      text: expect.stringContaining('{"a":1}'),
      authentication: [
        "mx.cloudflare.net; dmarc=pass header.from=tradingview.com",
        "mx.evil.com; dmarc=pass header.from=other.com",
      ],
    });
  });

  it.each<[string, string[]]>([
    [
      "quoted-printable",
      [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        '{"a":"x=3Dy", "b"=',
        ":1}",
      ],
    ],
    ["base64", ["Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", btoa('{"a":"x=y", "b":1}')]],
    [
      "one of several parts",
      [
        'Content-Type: multipart/alternative; boundary="B"',
        "",
        "--B",
        "Content-Type: text/html",
        "",
        "<p>no</p>",
        "--B",
        "Content-Type: text/plain",
        "",
        '{"a":"x=y", "b":1}',
        "--B--",
      ],
    ],
    [
      "HTML alone",
      [
        "Content-Type: text/html",
        "",
        "<style>p{}</style><p>{&quot;a&quot;:&quot;x=y&quot;, <b>&quot;b&quot;</b>:1}</p>",
      ],
    ],
    [
      "HTML with numbers for characters",
      ["Content-Type: text/html", "", "{&#34;a&#x22;:&#34;x&#61;y&#34;, &#34;b&#34;:1}"],
    ],
    [
      "HTML beside an empty text",
      [
        'Content-Type: multipart/alternative; boundary="B"',
        "",
        "--B",
        "Content-Type: text/plain",
        "",
        "",
        "--B",
        "Content-Type: text/html",
        "",
        '<p>{"a":"x=y", "b":1}</p>',
        "--B--",
      ],
    ],
  ])("says the same as %s", async (_, lines) => {
    expect((await read(...lines)).text).toContain('{"a":"x=y", "b":1}');
  });
});
