import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Edit } from "./bugs/bug.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Modules that this thread loads from now on have the edits in them. Throws while loading when one does not fit. */
export function plant(edits: readonly Edit[]): void {
  const byUrl = Map.groupBy(edits, (edit) => pathToFileURL(resolve(ROOT, edit.in)).href);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const own = byUrl.get(url);
      if (own === undefined) return loaded;
      const source = own.reduce((text, edit) => edited(text, edit), String(loaded.source));
      return { ...loaded, source };
    },
  });
}

function edited(text: string, edit: Edit): string {
  const times = text.split(edit.from).length - 1;
  if (times === 1) return text.replace(edit.from, () => edit.to);
  throw new Error(
    `${edit.in} holds ${times} times, not once: ${edit.from}\nThe source has moved on; move the bug with it.`,
  );
}
