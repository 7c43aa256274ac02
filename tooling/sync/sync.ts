import { readFile, writeFile } from "node:fs/promises";
import { applyEdits, modify, parse } from "jsonc-parser";
import { workers } from "#contracts/ids";
import { configPathOf } from "./paths.ts";
import { queueConfigOf } from "./queue-config.ts";

/**
 * Writes the `queues` block of every wrangler.jsonc from the registry, leaving the rest of each file as it
 * is. With `check`, writes nothing. Answers the files that differed.
 */
export async function syncAll(options: { check: boolean }): Promise<{ changed: string[] }> {
  const changed: string[] = [];
  for (const worker of workers) {
    const path = configPathOf(worker);
    const before = await readFile(path, "utf8");
    const wanted = queueConfigOf(worker);
    // A comment inside the block or another order of keys is no difference worth a rewrite.
    const current: unknown = parse(before);
    const block = typeof current === "object" && current !== null && "queues" in current ? current.queues : undefined;
    if (JSON.stringify(block) === JSON.stringify(wanted)) continue;
    changed.push(path);
    if (options.check) continue;
    const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
    await writeFile(path, applyEdits(before, modify(before, ["queues"], wanted, { formattingOptions })));
  }
  return { changed };
}
