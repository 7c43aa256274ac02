import { expect, it } from "vitest";
import { alertIn } from "./alert-text.ts";

it.each<[string, string, string | undefined]>([
  ["alone", '{"a":1}', '{"a":1}'],
  ["between words", 'Alert on BTCUSDT\r\n\r\n{"a":{"b":"}{"}}\r\n\r\nUnsubscribe {here}', '{"a":{"b":"}{"}}'],
  ["with an escaped quote", '{"a":"\\"}"}', '{"a":"\\"}"}'],
  ["that does not end", 'x {"a":"b', undefined],
  ["that is not there", "BTCUSDT crossing 65000", undefined],
])("an alert in a mail is found %s", (_, text, found) => {
  expect(alertIn(text)).toBe(found);
});
