import { proofRoute } from "#contracts/routes/secrets";
import { HttpError } from "./http-error.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";
import { proofsOf } from "./secret-proof.ts";

/** Whether a request is for `proofRoute`, which every Worker but the gateway answers before anything else. */
export function asksForProof(request: Request): boolean {
  return request.method === proofRoute.method && new URL(request.url).pathname === proofRoute.path;
}

/** Needs nothing but the env, so that a Worker which is misconfigured otherwise answers too. */
export async function answerProof(request: Request, env: object): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  const body = proofRoute.body.safeParse(await request.json().catch(() => undefined));
  if (!body.success) {
    const message = `names and nonce are wanted: ${body.error.issues[0]?.message}`;
    return new HttpError(400, "bad_request", message).toResponse(requestId);
  }
  const secrets = await proofsOf(env, body.data.names, body.data.nonce);
  return Response.json({ secrets }, { headers: { [REQUEST_ID_HEADER]: requestId, "Cache-Control": "no-store" } });
}
