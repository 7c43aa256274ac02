import { LIMITS_ENTRIES } from "#contracts/account-limits";
import { configKeyOf, entryProblem } from "#contracts/config-keys";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
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
  const problem = value === undefined ? undefined : entryProblem({ key, value });
  if (problem !== undefined) {
    const command = configKeyOf(key)?.command;
    const hint = command === undefined ? undefined : `better: ${command}`;
    throw new HttpError(409, "config_does_not_fit", `${key}: ${problem}`, { hint });
  }
  const change = value === undefined ? deps.config.delete(key) : deps.config.put(key, value);
  await within(deps.timeoutMs, "KV", change);
  const action = value === undefined ? "config.delete" : "config.set";
  const problems = await audit(
    { actor: "operator", action, target: key, reason },
    { requestId, causedBy: requestId, key: "config" },
    deps,
  );
  const unreached = value === undefined ? [] : await unreachedLedger(key, deps);
  return { key, note: [...unreached, SLOW, ...problems].join("; ") };
};

/** Limits may well come before the first alert: it is said only because a mistyped account would stop nothing. */
async function unreachedLedger(key: string, deps: OpsDeps): Promise<string[]> {
  if (!key.startsWith(LIMITS_ENTRIES)) return [];
  const ledger = key.slice(LIMITS_ENTRIES.length);
  const known = await within(deps.timeoutMs, "the list of ledgers", deps.killSwitch().ledgers()).catch(() => [ledger]);
  if (known.includes(ledger)) return [];
  return [`no alert has reached ${ledger} yet; the ledgers are ${known.toSorted().join(", ") || "none"}`];
}
