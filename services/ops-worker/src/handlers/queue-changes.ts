import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";

export const recordQueueChange: OpsHandlers["queueChanged"] = async ({ requestId, body }, deps) => {
  const { queue, change, reason } = body;
  const row = { actor: "operator", action: `queue.${change}`, target: queue, reason };
  const problems = await audit(row, { requestId, causedBy: requestId, key: "queue" }, deps);
  return problems.length === 0 ? {} : { problems };
};
