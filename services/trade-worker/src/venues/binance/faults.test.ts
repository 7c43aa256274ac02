import { describe, expect, test } from "vitest";
import { faultOf, type Fault, type Market, type Refusal, type Verdict } from "./faults.ts";

const now = new Date("2026-11-20T12:00:15.000Z");

function fault(market: Market, part: Partial<Refusal>): Fault {
  return faultOf(market, { status: 400, text: "words", now, ...part });
}

const verdict = (market: Market, part: Partial<Refusal>): Verdict => fault(market, part).verdict;

const parameterCodes = Array.from({ length: 31 }, (_, index) => -1100 - index).filter((code) => code !== -1112);

// As the documentation of each market has them, written down once more.
const both: readonly [Verdict, readonly number[]][] = [
  ["unknown", [-1006, -1007]],
  ["not_executed", [-1003, -1008, -1015, -1021, -1112]],
  ["refused", [-1002, -1013, -1014, -1022, -2008, -2010, -2014, -2015, ...parameterCodes]],
  ["absent", [-2011, -2013]],
];
const spot: readonly [Verdict, readonly number[]][] = [
  ["refused", [-1158, -1165, -1166, -1168, -1196, -1197, -1198, -1199]],
  ["absent", [-2026]],
];
const usdm: readonly [Verdict, readonly number[]][] = [
  ["refused", [-1005, -1011, -1099]],
  ["refused", [-2017, -2018, -2019, -2021, -2022, -2024, -2025, -2027, -2028]],
  ["refused", [-4001, -4002, -4003, -4004, -4005, -4006, -4007, -4013, -4014, -4015, -4016, -4023, -4024, -4028]],
  ["refused", [-4045, -4047, -4048, -4050, -4051, -4061, -4087, -4109, -4118, -4120, -4140, -4141, -4142]],
  ["refused", [-4161, -4164, -4168, -4192, -4202, -4203, -4205, -4206, -4208, -4209, -4210, -4211]],
  ["refused", [-4400, -4401, -4402, -4403, -5021, -5022]],
  ["not_executed", [-2023, -4088, -4131]],
  ["unchanged", [-4046, -4059]],
  ["duplicate", [-4116]],
  // The stop that should be cancelled is being triggered, and nobody knows what a filling order came to.
  ["unknown", [-2020, -4117]],
];

const rows = (market: Market, table: typeof both) =>
  table.flatMap(([means, codes]) => codes.map((code) => ({ market, code, means })));

describe("what an answer of Binance proves", () => {
  test.each([...rows("spot", both), ...rows("usdm", both), ...rows("spot", spot), ...rows("usdm", usdm)])(
    "$market $code is $means",
    ({ market, code, means }) => {
      expect(verdict(market, { code })).toBe(means);
    },
  );

  test.each(["spot", "usdm"] as const)("a code nobody has heard of is unknown (%s)", (market) => {
    const heard = fault(market, { code: -9876, text: "Something new." });
    expect(heard.verdict).toBe("unknown");
    expect(heard.reason).toBe("Binance answered -9876: Something new. (Hoox does not know this answer)");
  });

  test("codes of USD-M prove nothing on spot", () => {
    expect(verdict("spot", { code: -4164 })).toBe("unknown");
    expect(verdict("spot", { code: -4046 })).toBe("unknown");
    // There it says that the type of a reduce-only order is not supported.
    expect(verdict("usdm", { code: -2026 })).toBe("unknown");
  });

  test("-2010 on spot is a duplicate by its words alone", () => {
    expect(verdict("spot", { code: -2010, text: "Duplicate order sent." })).toBe("duplicate");
    expect(verdict("spot", { code: -2010, text: "Account has insufficient balance." })).toBe("refused");
  });

  test.each(["spot", "usdm"] as const)("an empty book and a closed market pass by themselves (%s)", (market) => {
    const said = (code: number, text: string): Fault => fault(market, { code, text });
    expect(said(-1112, "No orders on book for symbol.").reason).toBe(
      "Binance answered -1112: No orders on book for symbol.",
    );
    expect(said(-2010, "Market is closed.").verdict).toBe("not_executed");
    expect(said(-1013, "Market is closed").verdict).toBe("not_executed");
  });

  test("only -2010 that speaks of the balance blames the balance", () => {
    const reason = (text: string): string => fault("spot", { code: -2010, text }).reason;
    expect(reason("Account has insufficient balance for requested action.")).toContain("too little free balance");
    expect(reason("Stop price would trigger immediately.")).toBe(
      "Binance answered -2010: Stop price would trigger immediately.",
    );
  });

  test.each([
    [-4016, "Price is higher than mark price multiplier cap.", "further from the mark price than the symbol allows"],
    [-4024, "Price is lower than mark price multiplier floor.", "further from the mark price than the symbol allows"],
    [-2027, "Exceeded the maximum allowable position at current leverage.", "ask for less of one of them"],
    [-4206, "Users in this country has limited adjust leverage.", "does not allow this leverage"],
  ])("%d says to people what to change", (code, text, hint) => {
    const { reason } = fault("usdm", { code, text });
    expect(reason).toContain(`${code}: ${text} (`);
    expect(reason).toContain(hint);
  });

  test("the code and the words of the venue stay in the sentence", () => {
    expect(fault("spot", { code: -2015, text: "Invalid API-key." }).reason).toMatch(
      /^Binance answered -2015: Invalid API-key\. \(check the account's API key/,
    );
  });
});

describe("the status of an answer", () => {
  test.each([500, 502, 503, 504])("HTTP %d without a code is unknown", (status) => {
    expect(verdict("spot", { status })).toBe("unknown");
    expect(verdict("usdm", { status })).toBe("unknown");
  });

  test("a permanent code under HTTP 500 is no proof", () => {
    expect(verdict("spot", { status: 500, code: -2010 })).toBe("unknown");
  });

  test("an overload by its code was not executed, whatever the status", () => {
    expect(verdict("usdm", { status: 503, code: -1008 })).toBe("not_executed");
  });

  test.each([
    ["Service Unavailable.", "not_executed"],
    ["Internal error; unable to process your request. Please try again.", "not_executed"],
    ["Unknown error, please check your request or try again later.", "unknown"],
  ] as const)("HTTP 503 of USD-M with %j is %s", (text, means) => {
    expect(verdict("usdm", { status: 503, text })).toBe(means);
    expect(verdict("spot", { status: 503, text })).toBe("unknown");
  });

  test("HTTP 408 is unknown", () => {
    expect(verdict("usdm", { status: 408 })).toBe("unknown");
  });

  test("a place that is not served and a firewall are refusals that name the way out", () => {
    expect(fault("spot", { status: 451 })).toMatchObject({ verdict: "refused" });
    expect(fault("spot", { status: 451 }).reason).toContain("relay");
    expect(fault("spot", { status: 403 }).reason).toContain("firewall");
    expect(verdict("spot", { status: 403 })).toBe("refused");
  });

  test.each([302, 404, 409])("HTTP %d without a code is unknown", (status) => {
    expect(verdict("spot", { status })).toBe("unknown");
  });
});

describe("how long Binance is left alone", () => {
  test("as long as Retry-After says", () => {
    expect(fault("spot", { status: 429, code: -1003, retryAfter: "7" })).toMatchObject({
      verdict: "not_executed",
      retryAfterMs: 7_000,
      stopAll: true,
    });
  });

  test("until the ban that the words name ends", () => {
    const until = now.getTime() + 345_000;
    const text = `Way too many requests; IP banned until ${until}. Please use the websocket.`;
    expect(fault("usdm", { status: 418, code: -1003, text, retryAfter: "9" }).retryAfterMs).toBe(345_000);
  });

  test("without a word, to the end of the minute, and two minutes for a ban", () => {
    expect(fault("spot", { status: 429 }).retryAfterMs).toBe(45_000);
    expect(fault("spot", { status: 418 }).retryAfterMs).toBe(120_000);
  });

  test.each(["spot", "usdm"] as const)("a no to the place is told from a no to the order (%s)", (market) => {
    expect(fault(market, { status: 451 }).isOfAccount).toBe(true);
    expect(fault(market, { status: 403 }).isOfAccount).toBe(true);
    expect(fault(market, { code: -1013 }).isOfAccount).toBeUndefined();
    expect(fault(market, { code: -2010 }).isOfAccount).toBeUndefined();
  });

  // Between the two commands that set a key and its secret everything is answered so.
  test.each([-1002, -1022, -1109, -2008, -2014, -2015])("%d is about the account and not about the order", (code) => {
    expect(fault("spot", { status: 401, code })).toMatchObject({ verdict: "refused", isOfAccount: true });
    expect(fault("usdm", { status: 401, code })).toMatchObject({ verdict: "refused", isOfAccount: true });
  });

  test.each([-1005, -1011, -1099, -2017, -4061, -4109])(
    "%d of USD-M is about the account and not about the order",
    (code) => {
      expect(fault("usdm", { code })).toMatchObject({ verdict: "refused", isOfAccount: true });
    },
  );

  test.each([
    "This action is disabled on this account.",
    "This account may not place or cancel orders.",
    "This symbol is not permitted for this account.",
    "This symbol is restricted for this account.",
  ])("of spot's rejections those that speak of the account are about it: %s", (text) => {
    const ofAccount = { verdict: "refused", isOfAccount: true, reason: expect.stringContaining("ask Binance") };
    expect(fault("spot", { code: -2010, text })).toMatchObject(ofAccount);
    expect(fault("spot", { code: -1013, text })).toMatchObject(ofAccount);
  });

  test.each([
    ["spot", -1013, "Filter failure: PRICE_FILTER", true],
    ["spot", -1111, "Parameter 'quantity' has too much precision.", true],
    ["usdm", -1111, "Precision is over the maximum defined for this asset.", true],
    ["usdm", -4003, "Quantity less than or equal to zero.", true],
    ["usdm", -4005, "Quantity greater than max quantity.", true],
    ["usdm", -4014, "Price not increased by tick size.", true],
    ["usdm", -4023, "Qty not increased by step size.", true],
    ["usdm", -4164, "Order's notional must be no smaller than 100.", true],
    ["spot", -1013, "Market is closed.", undefined],
    ["spot", -1013, "This account may not place or cancel orders.", undefined],
    ["spot", -2010, "Account has insufficient balance for requested action.", undefined],
    ["usdm", -4016, "Price is higher than mark price multiplier cap.", undefined],
  ] as const)("%s %d %j is about the rules of the symbol: %s", (market, code, text, isOfRules) => {
    expect(fault(market, { code, text }).isOfRules).toBe(isOfRules);
  });

  test("too many orders stop orders alone, for ten seconds", () => {
    for (const status of [400, 429]) {
      const slow = fault("usdm", { status, code: -1015 });
      expect(slow.retryAfterMs).toBe(10_000);
      expect(slow.stopAll).toBeUndefined();
    }
  });
});
