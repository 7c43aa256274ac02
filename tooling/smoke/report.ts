import { table } from "../cli/output/table.ts";
import type { Result } from "./area.ts";

const WORDS: Readonly<Record<Result["verdict"], string>> = {
  same: "same",
  different: "DIFFERENT",
  "not asked": "NOT ASKED",
};

export function asTable(results: readonly Result[], columns: number): string {
  const rows = table<Result>(
    [
      { title: "", value: ({ area }) => area },
      { title: "assumption", value: ({ assumption }) => assumption },
      { title: "", value: ({ verdict }) => WORDS[verdict] },
      { title: "the fake says", value: ({ fake }) => fake, below: true },
      { title: "the account says", value: ({ account }) => account, below: true },
    ],
    results,
    columns,
  );
  return `${rows}\n\n${countText(results)}`;
}

export function asJson(results: readonly Result[]): string {
  return JSON.stringify({ results }, undefined, 2);
}

function countText(results: readonly Result[]): string {
  const count = (verdict: Result["verdict"]): number => results.filter((each) => each.verdict === verdict).length;
  return `${count("same")} same, ${count("different")} different, ${count("not asked")} not asked`;
}
