import type { Behind } from "../fakes/cloudflare/workers-dev.ts";
import type { Mesh } from "./mesh.ts";

/** Puts a running mesh behind its gateway's address on the fake account: `fake.workersDev.serve("hoox", behind(mesh))`. */
export function behind(mesh: Mesh): Behind {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const { connection: _, "content-length": __, ...headers } = Object.fromEntries(request.headers);
    const body = request.method === "GET" ? undefined : await request.text();
    const where = new URL(pathname + search, mesh.url).href;
    const answer = await mesh.harness.fetch(where, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
    });
  };
}
