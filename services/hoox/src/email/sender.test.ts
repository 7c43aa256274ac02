import { describe, expect, it } from "vitest";
import { spoofed } from "./sender.ts";

const JUDGED =
  "mx.cloudflare.net; dkim=pass header.d=tradingview.com header.s=mail; dmarc=pass header.from=tradingview.com policy.dmarc=reject; spf=pass smtp.mailfrom=x@amazonses.com";
const mail = (over: { from?: string; authentication?: string[] } = {}) => ({
  from: "noreply@tradingview.com",
  text: "",
  authentication: [JUDGED],
  ...over,
});

describe("a mail's sender", () => {
  it.each([
    ["DKIM and DMARC vouch for it", JUDGED],
    ["DMARC does", "mx.cloudflare.net; dmarc=pass header.from=tradingview.com"],
    ["DKIM does", "mx.cloudflare.net 1; dkim=fail header.d=other.com; dkim=pass header.d=tradingview.com"],
    ["DKIM does by its identity", "mx.cloudflare.net; dkim=pass header.i=@tradingview.com"],
    ["it explains itself", "mx.cloudflare.net; dmarc=pass (p=reject (sp=none)) header.from=tradingview.com"],
  ])("is believed when %s", (_, verdict) => {
    expect(spoofed(mail({ authentication: [verdict] }), ["tradingview.com"])).toBeUndefined();
  });

  it.each<[string, Parameters<typeof mail>[0], RegExp]>([
    ["another domain", { from: "a@evil.com" }, /^it is from a@evil\.com, not from tradingview\.com$/],
    ["a domain that ends alike", { from: "a@eviltradingview.com" }, /not from tradingview\.com/],
    ["a subdomain", { from: "a@x.tradingview.com" }, /not from tradingview\.com/],
    ["nobody", { from: "" }, /^it is from nobody/],
    ["no verdict", { authentication: [] }, /^no verdict of mx\.cloudflare\.net/],
    [
      "a verdict of another server above",
      { authentication: ["mx.evil.com; dmarc=pass header.from=tradingview.com", JUDGED] },
      /^no verdict/,
    ],
    [
      "a server that sounds alike",
      { authentication: [JUDGED.replace("mx.cloudflare.net", "mx.cloudflare.net.evil.com")] },
      /^no verdict/,
    ],
    [
      "a verdict inside the sender's quoted address",
      {
        authentication: [
          'mx.cloudflare.net; spf=pass smtp.mailfrom="x; dkim=pass header.d=tradingview.com ;"@evil.com',
        ],
      },
      /^neither/,
    ],
    [
      "a verdict inside a comment",
      {
        authentication: [
          "mx.cloudflare.net; spf=pass (of x; dkim=pass header.d=tradingview.com ;) smtp.mailfrom=a@evil.com",
        ],
      },
      /^neither/,
    ],
    [
      "a quote that does not end",
      { authentication: ['mx.cloudflare.net; spf=pass smtp.mailfrom="x; dkim=pass header.d=tradingview.com'] },
      /^no verdict/,
    ],
    [
      "SPF alone",
      { authentication: ["mx.cloudflare.net; spf=pass smtp.mailfrom=a@tradingview.com"] },
      /^neither DKIM nor DMARC/,
    ],
    ["DKIM of another domain", { authentication: ["mx.cloudflare.net; dkim=pass header.d=evil.com"] }, /^neither/],
    ["DMARC of another domain", { authentication: ["mx.cloudflare.net; dmarc=pass header.from=evil.com"] }, /^neither/],
    [
      "a failed DMARC",
      { authentication: ["mx.cloudflare.net; dmarc=fail header.from=tradingview.com; x=dmarc=pass"] },
      /^neither/,
    ],
  ])("is not believed with %s", (_, over, words) => {
    expect(spoofed(mail(over), ["tradingview.com"])).toMatch(words);
  });

  it("is nobody's where no domain is named", () => {
    expect(spoofed(mail(), [])).toMatch(/^it is from noreply/);
  });
});
