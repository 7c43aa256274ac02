import type * as z from "zod";
import type { Worker } from "#contracts/ids";
import { proofRoute, type secretsReply } from "#contracts/routes/secrets";
import { howToBring, internalHeaders, looksMissing, type Fetcher } from "#runtime/internal-auth";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { reasonOf, within } from "../within.ts";

type Proven = z.infer<typeof secretsReply>["workers"][number];

/** Every Worker proves what it has; whoever asks compares. The gateway adds its own part to the answer. */
export const proveSecrets: OpsHandlers["secrets"] = async ({ requestId, query: { names } }, deps) => {
  const others = deps.workers.map((each) => proofsOfWorker(each, { names, nonce: requestId }, deps));
  const own = { worker: "ops-worker", secrets: await deps.prove(names, requestId) } as const;
  return { nonce: requestId, workers: [...(await Promise.all(others)), own] };
};

export const recordSecretChange: OpsHandlers["secretChanged"] = async ({ requestId, body }, deps) => {
  const { name, change, workers, reason } = body;
  const row = { actor: "operator", action: `secret.${change}`, target: `${name} on ${workers.join(", ")}`, reason };
  const problems = await audit(row, { requestId, causedBy: requestId, key: "secret" }, deps);
  return problems.length === 0 ? {} : { problems };
};

async function proofsOfWorker(
  { name: worker, binding }: { name: Worker; binding: Fetcher },
  question: z.infer<typeof proofRoute.body>,
  { caller, timeoutMs }: OpsDeps,
): Promise<Proven> {
  const { method, path, reply } = proofRoute;
  const request = new Request(`https://internal${path}`, {
    method,
    headers: internalHeaders(caller, question.nonce),
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    const response = await within(timeoutMs, worker, binding.fetch(request));
    const text = await within(timeoutMs, worker, response.text());
    if (response.ok) return { worker, secrets: reply.parse(JSON.parse(text)).secrets };
    return { worker, problem: problemOf(worker, response.status, text) };
  } catch (error) {
    return { worker, problem: problemOf(worker, undefined, reasonOf(error)) };
  }
}

function problemOf(worker: Worker, status: number | undefined, text: string): string {
  if (looksMissing(text)) return `${worker} is not deployed; ${howToBring(worker)}`;
  if (status === undefined) return `${worker} could not be asked: ${text}`;
  if (status === 404) return `${worker} is of a version that cannot prove its secrets; run: npx hoox deploy ${worker}`;
  return `${worker} answered ${status}; see: npx hoox logs tail ${worker}`;
}
