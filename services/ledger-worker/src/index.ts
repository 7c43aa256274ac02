import { answerProof, asksForProof } from "#runtime/answer-proof";
import { parseConfig } from "./env.ts";
import { answer } from "./health.ts";

export { AccountLedger } from "./account-ledger.ts";
export { KillSwitch } from "./kill-switch.ts";

export default {
  async fetch(request: Request, env: object): Promise<Response> {
    return asksForProof(request) ? answerProof(request, env) : answer(request, () => parseConfig(env));
  },
};
