import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { versions } from "node:process";
import * as z from "zod";
import type { HooxContext } from "../../cli/context.ts";
import { complete, devVarsPath } from "../../cli/dev-vars.ts";
import { CliError } from "../../cli/errors.ts";
import { isMigrated, migrationFiles } from "../../cli/migrations.ts";
import { freePort } from "../../cli/start/ports.ts";
import { localMesh } from "../../cli/start/running.ts";
import { isStartRunning } from "../../cli/start/processes.ts";
import type { Place } from "../../secrets/place.ts";
import { syncAll } from "../../sync/sync.ts";
import type { MachineView } from "./world.ts";

const pinning = z.object({ devDependencies: z.object({ node: z.string() }) });
const versioned = z.object({ version: z.string() });

/** This machine and this checkout. */
export function machineView(context: HooxContext, place: Place): MachineView {
  const { root } = context;
  const local = (): ReturnType<typeof localMesh> => localMesh(root, { url: place.mesh?.target.url });
  const textOf = (...path: string[]): Promise<string | undefined> =>
    readFile(join(root, ...path), "utf8").catch(() => undefined);

  return {
    nodeVersion: versions.node,
    async pinnedNode() {
      const wanted = pinning.safeParse(jsonOf(await textOf("package.json")));
      const installed = versioned.safeParse(jsonOf(await textOf("node_modules", "node", "package.json")));
      return { wanted: wanted.data?.devDependencies.node ?? "", installed: installed.data?.version };
    },
    async packagesAreCurrent() {
      const [lock, stamp] = await Promise.all([textOf("package-lock.json"), textOf("node_modules", ".hoox-lock")]);
      return stamp !== undefined && stamp === sha256(lock ?? "");
    },
    async running() {
      const { mesh } = await local();
      return mesh !== undefined && (await isStartRunning(mesh.pid))
        ? { url: mesh.url, startedAt: new Date(mesh.startedAt) }
        : undefined;
    },
    portIsFree: (port) =>
      freePort(port).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CliError) return false;
          throw error;
        },
      ),
    async state() {
      const { state } = await local();
      return { path: state, writable: await isWritable(state) };
    },
    async devVars() {
      const path = devVarsPath(root);
      const [text, found] = await Promise.all([textOf(".dev.vars"), stat(path).catch(() => undefined)]);
      const { added } = complete(text ?? "", () => "made up");
      return { present: found !== undefined, missing: added, readableByOthers: ((found?.mode ?? 0) & 0o077) !== 0 };
    },
    databaseIsCurrent: async () => isMigrated(context, (await local()).state),
    unsynced: async () => (await syncAll({ check: true })).changed,
    async migrations() {
      const names = await migrationFiles(context);
      const texts = await Promise.all(names.map((name) => textOf("migrations", name)));
      const tables = texts.flatMap((text) => [...(text ?? "").matchAll(/CREATE TABLE [`"]?(\w+)/g)]);
      return { names, tables: tables.flatMap(([, table]) => table ?? []) };
    },
  };
}

/** The folder itself, or the nearest one above it that is there. */
async function isWritable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && dirname(path) !== path) return isWritable(dirname(path));
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
