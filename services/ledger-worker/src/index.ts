import { parseConfig } from "./env.ts";
import { answer } from "./health.ts";

export { AccountLedger } from "./account-ledger.ts";
export { KillSwitch } from "./kill-switch.ts";

export default {
  fetch: (request: Request, env: unknown): Response => answer(request, () => parseConfig(env)),
};
