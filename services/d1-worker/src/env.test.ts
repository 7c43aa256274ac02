import { describe, expect, it } from "vitest";
import { parseEnv } from "./env.ts";

const complete = {
  DB: { prepare: () => undefined },
  ARCHIVE: { put: () => undefined },
  ACCOUNT_LEDGER: { getByName: () => undefined },
  INTERNAL_KEY_BINDING: "key",
  VERSION: { id: "v7" },
};

describe("the env of d1-worker", () => {
  it("is taken when everything is bound", () => {
    expect(parseEnv(complete).VERSION.id).toBe("v7");
  });

  it("has a version even where the platform gives none", () => {
    expect(parseEnv({ ...complete, VERSION: undefined }).VERSION.id).toBe("local");
  });

  it.each(["DB", "ARCHIVE", "ACCOUNT_LEDGER", "INTERNAL_KEY_BINDING"])("without %s is refused by that name", (name) => {
    expect(() => parseEnv({ ...complete, [name]: undefined })).toThrow(new RegExp(`d1-worker: ${name} `));
  });
});
