import type * as z from "zod";
import { workers, type Worker } from "#contracts/ids";
import { health } from "#contracts/health";
import { opsRoutes } from "#contracts/routes/ops";
import { parseJson, type Answer, type MeshClient } from "./mesh-client.ts";
import { CliError } from "./errors.ts";

type Health = z.infer<typeof health>;

export interface WorkerHealth {
  worker: Worker;
  /** degraded: it answers, and something it depends on fails. down: it does not answer, or is ill by itself. */
  status: "healthy" | "degraded" | "down";
  connectivity: "ok" | "failing" | "not deployed" | "unreachable" | "unknown";
  /** Milliseconds; only the gateway is reached directly. */
  responseTime?: number;
  url?: string;
  error?: string;
  version?: string;
  dependencies: Health["dependencies"];
}

/** Every Worker's word of itself: the gateway's at first hand, the others' through ops-worker. */
export async function checkHealth(mesh: MeshClient): Promise<WorkerHealth[]> {
  const gateway = await mesh.send({ method: "GET", path: "/health" });
  const said = parseJson(health, gateway.body);
  if (!said.success) {
    throw new CliError(3, `${mesh.target.url}/health answered ${gateway.status} without its health`, {
      hint: "is it a hoox mesh?",
    });
  }
  const others = await mesh.call(opsRoutes.health).catch((error: unknown) => {
    // A mesh without its ops-worker still has a gateway to speak of.
    if (
      error instanceof CliError &&
      said.data.dependencies.some((each) => each.name === "ops-worker" && each.status !== "ok")
    )
      return undefined;
    throw error;
  });
  return workers.map((worker) =>
    worker === "hoox" ? ofGateway(said.data, gateway, mesh) : ofOther(worker, others?.workers, said.data),
  );
}

function ofGateway(said: Health, answer: Answer, mesh: MeshClient): WorkerHealth {
  return { ...ofReport(said), responseTime: Math.round(answer.ms), url: `${mesh.target.url}/health` };
}

function ofOther(worker: Worker, reports: readonly Health[] | undefined, gateway: Health): WorkerHealth {
  const own = reports?.find((each) => each.worker === worker);
  const seen = gateway.dependencies.find((each) => each.name === worker);
  const missing = [...(reports ?? []).flatMap((each) => each.dependencies), ...gateway.dependencies].some(
    (each) => each.name === worker && each.status === "not_deployed",
  );
  if (missing)
    return { worker, status: "down", connectivity: "not deployed", error: "it is not deployed", dependencies: [] };
  if (own !== undefined) return ofReport(own);
  if (seen?.status === "failing") {
    return {
      worker,
      status: "down",
      connectivity: "unreachable",
      error: seen.detail ?? "it does not answer",
      dependencies: [],
    };
  }
  if (seen?.status === "ok") return { worker, status: "healthy", connectivity: "ok", dependencies: [] };
  return { worker, status: "down", connectivity: "unknown", error: "ops-worker is needed to ask it", dependencies: [] };
}

function ofReport(said: Health): WorkerHealth {
  const broken = said.dependencies.filter((each) => each.status !== "ok");
  const error = broken.map((each) => `${each.name}: ${each.detail ?? each.status.replace("_", " ")}`).join("; ");
  const healthy = said.status === "ok" && broken.length === 0;
  // Whoever could not reach a Worker reports it under its own name.
  const answers = broken.length > 0 && broken.every((each) => each.name !== said.worker);
  return {
    worker: said.worker,
    status: healthy ? "healthy" : answers ? "degraded" : "down",
    connectivity: broken.length === 0 ? "ok" : "failing",
    version: said.version,
    ...(error === "" ? {} : { error }),
    dependencies: said.dependencies,
  };
}
