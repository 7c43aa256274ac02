import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complete, ensureDevVars, parseDevVars } from "./dev-vars.ts";

const random = (): string => "made-up";

describe("the local secrets", () => {
  it("are made up where there are none, and the optional ones left empty", () => {
    const { text, added } = complete("", random);

    expect(parseDevVars(text)).toEqual({
      INTERNAL_KEY_BINDING: "made-up",
      WEBHOOK_API_KEY_BINDING: "made-up",
      OPERATOR_KEY_BINDING: "made-up",
      TG_BOT_TOKEN_BINDING: "",
      TELEGRAM_CHAT_ID_DEFAULT: "",
      TELEGRAM_WEBHOOK_SECRET: "made-up",
    });
    expect(added).toHaveLength(4);
  });

  it("keep every value and comment that is there", () => {
    const mine = "# mine\nTG_BOT_TOKEN_BINDING=123:abc\nMAIN_BINANCE_API_KEY=k\nOPERATOR_KEY_BINDING=a,b\n";
    const { text, added } = complete(mine, random);

    expect(text.startsWith(mine.trimEnd())).toBe(true);
    expect(added).not.toContain("OPERATOR_KEY_BINDING");
    expect(parseDevVars(text)).toMatchObject({
      OPERATOR_KEY_BINDING: "a,b",
      TG_BOT_TOKEN_BINDING: "123:abc",
      MAIN_BINANCE_API_KEY: "k",
    });
  });

  it("replace a shared key that was left empty, for an empty key lets nobody in", () => {
    expect(parseDevVars(complete("INTERNAL_KEY_BINDING=\n", random).text)["INTERNAL_KEY_BINDING"]).toBe("made-up");
  });

  it("do not change once they are complete", () => {
    const { text } = complete("", random);

    expect(complete(text, () => "another")).toEqual({ text, added: [] });
  });

  it("are read as dotenv writes them", () => {
    expect(parseDevVars("export A=\"x y\"\n B = 'z' \nC=1 # why\n#D=2\n")).toEqual({ A: "x y", B: "z", C: "1" });
  });

  it("can be read by nobody else, even in a file that others could read before", async () => {
    const root = mkdtempSync(join(tmpdir(), "hoox-vars-"));
    writeFileSync(join(root, ".dev.vars"), complete("", random).text, { mode: 0o644 });
    await ensureDevVars(root);

    expect(statSync(join(root, ".dev.vars")).mode & 0o777).toBe(0o600);
  });
});
