import type * as z from "zod";
import type { health } from "#contracts/health";
import type { LedgerConfig } from "./ledger/ports.ts";

type Health = z.infer<typeof health>;

/** GET /health; anything else is nobody's. */
export function answer(request: Request, configured: () => Omit<LedgerConfig, "name">): Response {
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" || pathname !== "/health") return new Response("not found", { status: 404 });
  // 200 even when it is not well: the caller reads why, and learns that the Worker is there.
  return Response.json(healthOf(configured));
}

function healthOf(configured: () => Omit<LedgerConfig, "name">): Health {
  try {
    const { limits, workerVersion } = configured();
    const dependencies: Health["dependencies"] =
      "invalid" in limits
        ? [{ name: "LIMITS", status: "failing", detail: `entries are halted: ${limits.invalid}` }]
        : [];
    return {
      worker: "ledger-worker",
      status: dependencies.length === 0 ? "ok" : "failing",
      version: workerVersion,
      dependencies,
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const dependencies: Health["dependencies"] = [{ name: "configuration", status: "failing", detail }];
    return { worker: "ledger-worker", status: "failing", version: "unknown", dependencies };
  }
}
