import { expect, it } from "vitest";
import { alertIn } from "./alert-text.ts";

const ALERT = '{"apiKey":"k","a":1}';

it.each<[string, string, string | undefined]>([
  ["alone", ALERT, ALERT],
  [
    "between words",
    'On BTCUSDT\r\n\r\n{"apiKey":"k","a":{"b":"}{"}}\r\n\r\nUnsubscribe {here}',
    '{"apiKey":"k","a":{"b":"}{"}}',
  ],
  ["with an escaped quote", '{"apiKey":"\\"}"}', '{"apiKey":"\\"}"}'],
  ["behind braces that are none", `{{ticker}} "crossed {up" ${ALERT}`, ALERT],
  ["behind another object", `{"plot":1} ${ALERT} {"apiKey":"other"}`, ALERT],
  ["though it names no key, so that its sender hears so", 'x {"a":1} {"b":2}', '{"a":1}'],
  ["that does not end", 'x {"apiKey":"b', undefined],
  ["that is not there", "BTCUSDT crossing 65000", undefined],
])("an alert in a mail is found %s", (_, text, found) => {
  expect(alertIn(text)?.text).toBe(found);
});

it("a mail of nothing but braces is soon given up", () => {
  expect(alertIn("{".repeat(100_000))).toBeUndefined();
});
