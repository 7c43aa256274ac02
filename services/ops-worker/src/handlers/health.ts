import type * as z from "zod";
import { health } from "#contracts/health";
import type { Worker } from "#contracts/ids";
import { howToBring, internalHeaders, looksMissing, type Fetcher } from "#runtime/internal-auth";
import type { OpsDeps } from "../deps.ts";
import type { OpsHandlers } from "../call.ts";
import { viewKillSwitch } from "../kill-switch.ts";
import { reasonOf, within } from "../within.ts";

type Health = z.infer<typeof health>;
type Dependency = Health["dependencies"][number];

/** All Workers behind the gateway; the gateway itself is healthy enough to have passed the question on. */
export const showHealth: OpsHandlers["health"] = async ({ requestId }, deps) => {
  const [own, ...others] = await healthOfAll(requestId, deps);
  // Another Worker's failure is no failure of this one, but it is what a person wants to see here.
  const dependencies = [...own.dependencies, ...others.map(asDependency)];
  return { workers: [...others, { ...own, dependencies }] };
};

/** This Worker's own word first, then those of the ones that it is bound to. */
export async function healthOfAll(requestId: string, deps: OpsDeps): Promise<[Health, ...Health[]]> {
  const [own, others] = await Promise.all([
    healthOf(deps),
    Promise.all(deps.workers.map(({ name, binding }) => healthOfWorker(name, binding, requestId, deps))),
  ]);
  return [own, ...others];
}

/** This Worker's own health: can it read what it acts on? */
async function healthOf(deps: OpsDeps): Promise<Health> {
  const { problems } = await viewKillSwitch(deps);
  const name = "kill switch";
  const failing = problems.length > 0;
  return {
    worker: "ops-worker",
    status: failing ? "failing" : "ok",
    version: deps.version,
    dependencies: [failing ? { name, status: "failing", detail: problems.join("; ") } : { name, status: "ok" }],
  };
}

async function healthOfWorker(name: Worker, binding: Fetcher, requestId: string, deps: OpsDeps): Promise<Health> {
  const failing = (status: "failing" | "not_deployed", detail: string): Health => ({
    worker: name,
    status: "failing",
    version: "unknown",
    dependencies: [{ name, status, detail }],
  });
  // It may ask others in turn before it answers.
  const timeoutMs = 2 * deps.timeoutMs;
  let response: Response;
  let text: string;
  try {
    const headers = internalHeaders(deps.caller, requestId);
    const signal = AbortSignal.timeout(timeoutMs);
    const asking = binding.fetch(new Request("https://internal/health", { headers, signal }));
    response = await within(timeoutMs, name, asking);
    text = await within(timeoutMs, name, response.text());
  } catch (error) {
    return looksMissing(reasonOf(error))
      ? failing("not_deployed", notDeployed(name))
      : failing("failing", reasonOf(error));
  }
  const body = parsedJson(text);
  const parsed = health.safeParse(body);
  if (parsed.success) return parsed.data;
  // JSON of any kind was written by a Worker that is there.
  if (body === undefined && looksMissing(text)) return failing("not_deployed", notDeployed(name));
  return failing("failing", `answered ${response.status} with something else than its health`);
}

function notDeployed(name: Worker): string {
  return `${name} is not deployed; ${howToBring(name)}`;
}

function asDependency({ worker, status, dependencies }: Health): Dependency {
  const own = dependencies.find((each) => each.name === worker);
  return { name: worker, status: own?.status ?? status, ...(own?.detail === undefined ? {} : { detail: own.detail }) };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
