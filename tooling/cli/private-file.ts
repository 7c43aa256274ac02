import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Whole or not at all, and readable by nobody else: what holds secrets. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
