import { describe, expect, it } from "vitest";
import { clip, escapeHtml } from "./text.ts";

describe("text", () => {
  it("for HTML mode escapes what Telegram reads and nothing else", () => {
    expect(escapeHtml('a<b> & "c" 1.5_*-')).toBe('a&lt;b&gt; &amp; "c" 1.5_*-');
  });

  it("that fits is left alone", () => {
    expect(clip("abc", 3)).toBe("abc");
  });

  it.each([
    ["abcdef", 4, "abc…"],
    ["a😀😀", 4, "a😀…"],
    ["😀😀", 2, "…"],
    ["abc", 0, ""],
    ["abc", -5, ""],
  ])("%j is cut to %i between code points", (text, limit, expected) => {
    expect(clip(text, limit)).toBe(expected);
  });
});
