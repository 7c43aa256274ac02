#!/usr/bin/env node
// The launcher: whatever Node runs it, the CLI runs on one that reads TypeScript.
import module from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { become, pinnedNode, ROOT } from "../pinned-node.mjs";

const modules = join(ROOT, "node_modules");
const readsTypeScript = Number(process.versions.node.split(".")[0]) >= 24 && Boolean(process.features.typescript);

if (!existsSync(join(modules, "clipanion"))) {
  process.stderr.write("hoox: the dependencies are not installed. Run this in the repository: npm ci\n");
  process.exit(3);
} else if (readsTypeScript) {
  module.enableCompileCache?.(join(modules, ".cache", "hoox"));
  await import("./main.ts");
} else if (pinnedNode() !== undefined) {
  await become(pinnedNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else {
  process.stderr.write(
    `hoox: Node ${process.versions.node} cannot run it and the pinned Node is missing. Run: npm ci\n`,
  );
  process.exit(3);
}
