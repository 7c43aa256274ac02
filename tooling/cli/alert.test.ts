import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../sync/paths.ts";
import { curlLine, messageBox, sampleAlert, tradingViewAlert } from "./alert.ts";

describe("what start prints", () => {
  it("is a curl line whose body a shell passes on as valid JSON", () => {
    const line = curlLine("http://localhost:8787", { ...sampleAlert("it's a key"), account: "main" });
    const words = execFileSync("sh", ["-c", line.replace("curl -i", "printf '%s\\n'")], { encoding: "utf8" })
      .trim()
      .split("\n");

    expect(words[0]).toBe("http://localhost:8787/webhook");
    expect(JSON.parse(words.at(-1) ?? "")).toEqual({ ...sampleAlert("it's a key"), account: "main" });
  });

  it("is an alert that stays valid JSON whatever TradingView puts in", () => {
    const text = JSON.stringify(tradingViewAlert("key")).replaceAll(/\{\{[^}]+\}\}/g, "NaN");

    expect(JSON.parse(text)).toMatchObject({ apiKey: "key", quantity: "NaN" });
  });

  it("tells two orders of one bar apart by the alert's id", () => {
    expect(tradingViewAlert("key").idempotencyKey).toContain("{{strategy.order.id}}");
    expect(tradingViewAlert("key").idempotencyKey).toContain("{{timenow}}");
  });

  it("is the alert that the README shows, but for the key", () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const [, shown = ""] = /```json\n(\{[^`]*\})\n```/.exec(readme) ?? [];

    expect(shown).toBe(messageBox(tradingViewAlert("<key printed by npm start>")));
  });
});
