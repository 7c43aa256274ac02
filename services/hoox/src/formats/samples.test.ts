import { describe, expect, it } from "vitest";
import { signal } from "#contracts/signal";
import { readAlert } from "./canonical.ts";
import { adapted } from "./families/index.ts";
import { fieldsOf } from "./fields.ts";
import { parseJson } from "./json.ts";
import { samples } from "./samples.ts";
import { parseBody, understand } from "../webhook/understand.ts";
import { rulesOf } from "../strategies/rules.ts";

const NOW = new Date("2026-11-23T14:05:01.000Z");
const rules = rulesOf("default", undefined, { account: "main", venue: "paper" });
const ports = {
  clock: { now: () => NOW, timer: () => ({ done: Promise.resolve(), cancel: () => undefined }) },
  entryCount: () => 1,
};

function read(text: string) {
  return understand(parseBody(text), rules, ports);
}
/** As JSON: what is absent and what is undefined are one. */
function plain(of: object): unknown {
  return JSON.parse(JSON.stringify(of));
}

describe("an alert in the words of", () => {
  it.each(samples.filter((each) => each.signal !== undefined))(
    "$name becomes its signal",
    ({ text, format, signal: expected }) => {
      const alert = read(text);

      expect(plain(alert.signal)).toEqual(plain({ strategy: "default", ...expected }));
      expect(alert.format).toBe(format);
      expect(signal.safeParse({ requestId: crypto.randomUUID(), ...alert.signal }).success).toBe(true);
    },
  );

  it.each(samples.filter((each) => each.refusal !== undefined))("$name is refused in words", ({ text, refusal }) => {
    expect(() => read(text)).toThrow(refusal);
  });

  it.each(samples)("$name with a trailing placeholder is refused by the placeholder's name", ({ text }) => {
    const end = text.lastIndexOf("}");
    const trailing = `${text.slice(0, end)},"last":"{{plot_9}}"${text.slice(end)}`;

    expect(() => read(trailing)).toThrow("last: TradingView did not fill in {{plot_9}}");
  });

  it.each(samples)("$name with any value left as a placeholder is refused by its name", ({ text }) => {
    const values = [...text.matchAll(/:\s*("[^"]*"|'[^']*'|[-\d.]+|true|false)/g)];
    expect(values.length).toBeGreaterThan(2);
    for (const { index, 0: found, 1: value = "" } of values) {
      const at = index + found.length - value.length;
      const left = `${text.slice(0, at)}{{strategy.order.action}}${text.slice(at + value.length)}`;

      expect(() => read(left)).toThrow("TradingView did not fill in {{strategy.order.action}}");
    }
  });

  it("every system is recognised by some sample", () => {
    const recognised = new Set(
      samples.flatMap(({ text }) => {
        try {
          return [adapted(fieldsOf(parseJson(text))).name];
        } catch {
          return [];
        }
      }),
    );

    expect(recognised.size).toBeGreaterThanOrEqual(9);
  });

  it("reads the same alert whatever order its fields stand in", () => {
    const [sample] = samples;
    const fields: Record<string, unknown> = JSON.parse(sample?.text ?? "{}");
    const turned = JSON.stringify(Object.fromEntries(Object.entries(fields).toReversed()));

    expect(readAlert(parseJson(turned), rules.defaults, NOW).signal).toEqual(read(sample?.text ?? "").signal);
  });
});
