import { describe, expect, it } from "vitest";
import { envLines } from "./vars.ts";

describe("--var", () => {
  it("takes a value with quotes and equal signs as it is", () => {
    expect(envLines(['PAPER={"latencyMs":1}', "X=a=b"])).toEqual([`PAPER='{"latencyMs":1}'`, "X='a=b'"]);
  });

  it.each(["PAPER", "=x", "a b=c", "X=1\nY=2"])("refuses %j and says how to write it", (text) => {
    expect(() => envLines([text])).toThrow(/NAME=value/);
  });
});
