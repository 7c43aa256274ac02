import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Edit } from "./bugs/bug.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * The simulation and the source under test as one script with the edits in it: a thread loads it in a tenth of the
 * time that the files take. Throws when an edit does not fit.
 */
export async function bundled(edits: readonly Edit[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "esnext",
    format: "iife",
    // A script has none of its own. Only the fakes ask, for the migrations.
    define: { "import.meta.dirname": JSON.stringify(join(ROOT, "tooling/fakes")) },
    plugins: [quietLog, ...(edits.length === 0 ? [] : [planting(edits)])],
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}

const QUIET_LOG = join(import.meta.dirname, "quiet-log.ts");

const quietLog: Plugin = {
  name: "quiet log",
  setup({ onResolve }) {
    onResolve({ filter: /^#runtime\/log$/ }, ({ importer }) =>
      importer === QUIET_LOG ? undefined : { path: QUIET_LOG },
    );
  },
};

function planting(edits: readonly Edit[]): Plugin {
  const byPath = Map.groupBy(edits, (edit) => resolve(ROOT, edit.in));
  return {
    name: "edits",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const own = byPath.get(path);
        if (own === undefined) return undefined;
        return { loader: "ts", contents: own.reduce(edited, await readFile(path, "utf8")) };
      });
    },
  };
}

function edited(text: string, edit: Edit): string {
  const times = text.split(edit.from).length - 1;
  if (times === 1) return text.replace(edit.from, () => edit.to);
  throw new Error(
    `${edit.in} holds ${times} times, not once: ${edit.from}\nThe source has moved on; move the bug with it.`,
  );
}
