import { workers, type Worker } from "#contracts/ids";
import { provenBy, type Secrets } from "../../cli/testing/secret-workers.ts";
import { FakeCloudflare, type FakeCloudflareOptions } from "../../fakes/cloudflare/fake.ts";
import { current } from "../../fakes/cloudflare/state.ts";

/**
 * An account whose gateway, once deployed, tells the health of what is deployed: every Worker answers with its version
 * and is well, but for those in `ill`.
 */
export async function accountWithMesh(
  options: FakeCloudflareOptions = {},
): Promise<{ fake: FakeCloudflare; ill: Map<string, string> }> {
  const fake = await FakeCloudflare.start({ rateLimit: 100_000, ...options });
  const ill = new Map<string, string>();
  const healthOf = (worker: string) => {
    const script = fake.state.scripts.get(worker);
    const detail = ill.get(worker);
    const dependencies = detail === undefined ? [] : [{ name: "database", status: "failing", detail }];
    const version = (script && current(script)?.id) ?? "";
    return { worker, status: detail === undefined ? "ok" : "failing", version, dependencies };
  };
  fake.workersDev.serve("hoox", async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return Response.json(healthOf("hoox"));
    if (request.headers.get("authorization") !== `Bearer ${fake.secret("ops-worker", "OPERATOR_KEY_BINDING")}`) {
      const error = { code: "unauthorized", message: "the operator key is missing or wrong" };
      return Response.json({ requestId: crypto.randomUUID(), error }, { status: 401 });
    }
    if (pathname === "/ops/secrets") {
      const names = new URL(request.url).searchParams.get("names")?.split(",") ?? [];
      const deployed = (worker: Worker): Secrets =>
        Object.fromEntries(names.map((name) => [name, fake.secret(worker, name) ?? ""]));
      const reply = await provenBy(deployed, names);
      const told = reply.workers.map((each) =>
        fake.state.scripts.has(each.worker) ? each : { worker: each.worker, problem: `${each.worker} is not deployed` },
      );
      return Response.json({ ...reply, workers: told });
    }
    // Of its tables only that of the crons is asked.
    if (pathname === "/ops/db/query") return Response.json({ rows: [{ created_at: new Date().toISOString() }] });
    const others = workers.filter((worker) => worker !== "hoox" && fake.state.scripts.has(worker));
    return Response.json({ workers: others.map(healthOf) });
  });
  return { fake, ill };
}
