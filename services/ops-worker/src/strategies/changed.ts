import { audit } from "../announce.ts";
import type { OpsDeps } from "../deps.ts";

const BY = "operator";
const SLOW =
  "it may take a minute or a little more until every place knows it: the gateway keeps settings for up to 30 s, KV for 30 s or longer";

/** Log line and audit row of a change; answers what the operator should know of it. */
export async function changed(
  of: { name: string; action: "add" | "set" | "rotate" | "remove"; what: string; requestId: string },
  deps: OpsDeps,
): Promise<{ note: string }> {
  const { name, what, requestId } = of;
  const action = `strategy.${of.action}`;
  deps.log.for(requestId)("warn", "strategy.changed", `strategy ${name}: ${what}, by ${BY}`, {
    strategy: name,
    action,
  });
  const change = { actor: BY, action, target: name, reason: what };
  const problems = await audit(change, { requestId, causedBy: requestId, key: "strategy" }, deps);
  return { note: [SLOW, ...problems].join("; ") };
}
