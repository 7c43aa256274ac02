import { describe, expect, it } from "vitest";
import { parseJson } from "../formats/json.ts";
import { findKeys } from "./find-keys.ts";

const PLAIN = "https://hoox.example/webhook";

describe("where a webhook key may stand", () => {
  it.each(["apiKey", "api_key", "APIKEY", "key", "secret", "token", "passphrase", "webhook_secret"])(
    "in the body as %s",
    (name) => {
      const text = JSON.stringify({ [name]: " k-1 " });

      expect(findKeys(PLAIN, { text, json: parseJson(text) })).toEqual(["k-1"]);
    },
  );

  it("in the URL, before the body", () => {
    const text = '{"token":"of-something-else"}';

    expect(findKeys(`${PLAIN}?key=k%2B1`, { text, json: parseJson(text) })).toEqual(["k+1", "of-something-else"]);
  });

  it("in the only, or first, alert of an array", () => {
    const text = '[{"apiKey":"k-1"},{"apiKey":"k-2"}]';

    expect(findKeys(PLAIN, { text, json: parseJson(text) })).toEqual(["k-1"]);
  });

  it.each([`{"apiKey":"k-1","price":,}`, `{'apiKey': 'k-1', x}`, "apiKey=k-1, buy", `{"a":1,"key" : "k-1"`])(
    "in a body that is no JSON: %s",
    (text) => {
      expect(findKeys(PLAIN, { text, json: undefined })).toEqual(["k-1"]);
    },
  );

  it.each(["{}", "[]", '"k-1"', '{"apiKey":""}', '{"apiKey":{"a":1}}', '{"id":"k-1"}'])("not in %s", (text) => {
    expect(findKeys(PLAIN, { text, json: parseJson(text) })).toEqual([]);
  });

  it("in a limited number of places", () => {
    expect(findKeys(PLAIN, { text: "key=x ".repeat(1_000), json: undefined }).length).toBeLessThan(10);
  });
});
