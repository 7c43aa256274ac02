import type { ChildProcess } from "node:child_process";
import type { ReplayJob } from "#contracts/replay";
import { OPERATOR_KEY } from "../mesh.ts";
import { runHoox, type Ran } from "../hoox.ts";

/** `npx hoox dlq replay …` as a process of its own: what it has shown so far, and how it ends. */
export class WatchingTerminal {
  readonly ended: Promise<Ran>;
  /** As it was shown last. */
  job: ReplayJob | undefined;
  stderr = "";
  #child: ChildProcess | undefined;

  constructor(url: string, args: readonly string[]) {
    this.ended = runHoox([...args, "--json"], keysTo(url), { onStarted: (child) => this.#listen(child) });
  }

  /** Without a word to the mesh. */
  async kill(): Promise<Ran> {
    this.#child?.kill("SIGKILL");
    return this.ended;
  }

  #listen(child: ChildProcess): void {
    this.#child = child;
    let unread = "";
    child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (unread + chunk.toString()).split("\n");
      unread = lines.pop() ?? "";
      const last = lines.at(-1);
      // A line is what the route's reply says.
      if (last !== undefined) this.job = (JSON.parse(last) as { replay: ReplayJob }).replay;
    });
  }
}

export function keysTo(url: string): Record<string, string> {
  return { HOOX_URL: url, HOOX_OPERATOR_KEY: OPERATOR_KEY };
}
