import { execFile } from "node:child_process";
import { kill, platform } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Whether a `hoox start` still runs under this id. A killed process may stay in the table as a zombie for as
 * long as nobody reaps it (containers often do not), and ids are used again: both do not count.
 */
export async function isStartRunning(pid: number): Promise<boolean> {
  if (!signal(pid, 0)) return false;
  if (platform === "win32") return true;
  try {
    const { stdout } = await run("ps", ["-o", "stat=,args=", "-p", String(pid)]);
    const [, state = "Z", command = ""] = /^\s*(\S+)\s+(.*)$/m.exec(stdout) ?? [];
    return !state.startsWith("Z") && /\b(?:start|dev)\b/.test(command);
  } catch (error) {
    // Without a `ps` nobody can tell more; one that found nothing saw the process end a moment ago.
    return error instanceof Error && "code" in error && error.code === "ENOENT";
  }
}

/** True while any process of the group lives. */
export function groupLives(group: number): boolean {
  return platform === "win32" ? signal(group, 0) : signal(-group, 0);
}

/** Ends every process of the group: asks first, insists after `patienceMs`. Resolves when none is left. */
export async function endGroup(
  group: number,
  options: { patienceMs: number; sleep: (ms: number) => Promise<void> },
): Promise<void> {
  if (platform === "win32") {
    await run("taskkill", ["/pid", String(group), "/t", "/f"]).catch(() => undefined);
    return;
  }
  signal(-group, "SIGTERM");
  for (let waited = 0; waited < options.patienceMs && groupLives(group); waited += 50) await options.sleep(50);
  for (let waited = 0; waited < 5_000 && groupLives(group); waited += 50) {
    signal(-group, "SIGKILL");
    await options.sleep(50);
  }
}

/**
 * Command lines of the group's processes. Ids are used again after a while, so a recorded group is only
 * ours if its processes still look like ours.
 */
export async function commandsOf(group: number): Promise<string[]> {
  if (platform === "win32") return [];
  const { stdout } = await run("ps", ["-A", "-o", "pgid=,args="]).catch(() => ({ stdout: "" }));
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match && Number(match[1]) === group ? [match[2] ?? ""] : [];
  });
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    kill(pid, name);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
