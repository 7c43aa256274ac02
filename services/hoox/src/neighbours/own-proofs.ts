import { proofsOf } from "#runtime/secret-proof";

/**
 * ops-worker asks every Worker behind the gateway for the proofs of its secrets; the gateway, which nobody may ask
 * from outside, adds its own to that answer once the operator's key was found right.
 */
export async function withOwnProofs(
  answer: Response,
  { request, env, requestId }: { request: Request; env: object; requestId: string },
): Promise<Response> {
  if (!answer.ok) return answer;
  const reply: { workers: unknown[] } = await answer.json();
  const names = new URL(request.url).searchParams.get("names")?.split(",") ?? [];
  const own = { worker: "hoox", secrets: await proofsOf(env, names, requestId) };
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return Response.json({ ...reply, workers: [...reply.workers, own] }, { headers });
}
