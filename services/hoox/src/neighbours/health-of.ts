import type { Worker } from "#contracts/ids";
import { health } from "#contracts/health";
import { looksMissing, type Fetcher } from "#runtime/internal-auth";
import type { WorkerHealth } from "../webhook/ports.ts";

/** Asks a Worker for its own word. Never throws. */
export async function healthOf(worker: Worker, binding: Fetcher, timeoutMs: number): Promise<WorkerHealth> {
  try {
    const response = await binding.fetch(
      new Request("https://internal/health", { signal: AbortSignal.timeout(timeoutMs) }),
    );
    const text = await response.text();
    const said = health.safeParse(jsonOf(text));
    if (said.success && said.data.worker === worker) {
      return said.data.status === "ok"
        ? { status: "ok" }
        : { status: "failing", detail: firstFailing(said.data.dependencies) };
    }
    if (looksMissing(text)) return { status: "not_deployed" };
    return { status: "failing", detail: `it answered ${response.status} instead of its health` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return looksMissing(message) ? { status: "not_deployed" } : { status: "failing", detail: message.slice(0, 200) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstFailing(dependencies: readonly { name: string; status: string; detail?: string | undefined }[]): string {
  const first = dependencies.find((each) => each.status !== "ok");
  return first === undefined ? "it says so itself" : `${first.name}: ${first.detail ?? first.status}`;
}
