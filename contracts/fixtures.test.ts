import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { letterParked } from "#contracts/dead-letter";
import { queueNames, registry } from "#queues/registry";
import { decode, encode, type Wire } from "./codec.ts";
import type { Contract, MessageOf } from "./envelope.ts";

const folder = join(import.meta.dirname, "fixtures");
const contracts: Contract[] = [...queueNames.flatMap((queue) => [...registry[queue].contracts]), letterParked];
const fixtures = readdirSync(folder).map((file) => {
  const [type = "", version = ""] = file.replace(/\.json$/, "").split("@");
  const wire: Wire = JSON.parse(readFileSync(join(folder, file), "utf8"));
  return { type, version: Number(version), wire };
});

describe("a frozen wire sample", () => {
  it("exists for every version of every contract", () => {
    const wanted = contracts.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, index) => `${type}@${index + 1}`),
    );
    expect(fixtures.map(({ type, version }) => `${type}@${version}`).toSorted()).toEqual(wanted.toSorted());
  });

  it.each(fixtures)("of $type version $version still decodes", ({ type, wire }) => {
    const message = decode(contracts, wire);

    expect(message).toMatchObject({ type, requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d" });
    expect(message.occurredAt).toEqual(new Date("2026-11-01T09:30:00.164Z"));
  });

  it.each(fixtures.filter(isCurrent))("of $type is what this code writes today", ({ type, wire }) => {
    const contract = contracts.find((each) => each.type === type);
    if (!contract) throw new Error(`no contract for ${type}`);
    // Both come from the same contract, found by type.
    const message = decode([contract], wire) as MessageOf<Contract>;

    expect(JSON.parse(JSON.stringify(encode(contract, message)))).toEqual(wire);
  });
});

function isCurrent(fixture: { type: string; version: number }): boolean {
  return contracts.some((each) => each.type === fixture.type && each.version === fixture.version);
}
