import { configKeyOf } from "#contracts/config-keys";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import { within } from "../within.ts";

const SLOW = "KV shows it elsewhere after 60 s or more; the gateway keeps settings for up to 30 s";

export const showConfig: OpsHandlers["config"] = async ({ query: { prefix } }, deps) => {
  const { keys } = await within(deps.timeoutMs, "KV", deps.config.list({ prefix }));
  const entries = await Promise.all(
    keys.map(async ({ name }) => ({ key: name, value: await within(deps.timeoutMs, "KV", deps.config.get(name)) })),
  );
  // Deleted since it was listed.
  return { entries: entries.flatMap(({ key, value }) => (value === null ? [] : [{ key, value }])) };
};

/** Past the commands that own each key, so it is audited and what cannot be read back is refused. */
export const setConfig: OpsHandlers["setConfig"] = async ({ requestId, body }, deps) => {
  const { key, value, reason } = body;
  const known = configKeyOf(key);
  const problem = value === undefined ? undefined : known?.problemIn(value);
  if (problem !== undefined) {
    throw new HttpError(409, "config_does_not_fit", `${key}: ${problem}`, { hint: `better: ${known?.command}` });
  }
  const change = value === undefined ? deps.config.delete(key) : deps.config.put(key, value);
  await within(deps.timeoutMs, "KV", change);
  const action = value === undefined ? "config.delete" : "config.set";
  const problems = await audit(
    { actor: "operator", action, target: key, reason },
    { requestId, causedBy: requestId, key: "config" },
    deps,
  );
  return { key, note: [SLOW, ...problems].join("; ") };
};
