import { readdirSync } from "node:fs";

/** A text of the source that somebody might have written otherwise. */
export interface Edit {
  /** From the root of the repository. */
  readonly in: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A bug planted into the real source while it is loaded, to see whether the simulation finds it. One per file. */
export interface Bug {
  readonly what: string;
  /** Name of the invariant that finds it. */
  readonly foundBy: string;
  /** Where it is found; `npm run sim -- --bug NAME --seeds 2000` looks for another. */
  readonly seed: number;
  readonly edits: readonly Edit[];
}

/** Names of all bugs of this folder: files but this one. */
export function bugNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts") && file !== "bug.ts")
    .map((file) => file.replace(/\.ts$/, ""))
    .toSorted();
}

export async function bugNamed(name: string): Promise<Bug> {
  if (!bugNames().includes(name)) throw new Error(`no bug is called ${name}; there are ${bugNames().join(", ")}`);
  const { bug }: { bug: Bug } = await import(/* @vite-ignore */ `./${name}.ts`);
  return bug;
}
