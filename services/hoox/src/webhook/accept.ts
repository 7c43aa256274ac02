import type * as z from "zod";
import { requestId } from "#contracts/ids";
import type { acceptReply, acceptRequest } from "#contracts/ledger";
import { HttpError } from "#runtime/http-error";
import { howToBring } from "#runtime/internal-auth";
import type { WebhookPorts, WorkerHealth } from "./ports.ts";

export type AcceptRequest = z.infer<typeof acceptRequest>;
export type AcceptReply = z.infer<typeof acceptReply>;
type AcceptPorts = Pick<WebhookPorts, "clock" | "ledger" | "healthOf">;

/** TradingView hangs up after 3 s and does not resend then; a 503 in time makes it resend. */
const TOTAL_MS = 2_000;
const FIRST_TRY_MS = 1_200;
/** What the health check may still take once both tries have failed. */
const DIAGNOSIS_MS = 300;
/** TradingView resends after 5 s by itself; others read it here. */
const RETRY_AFTER = { "retry-after": "5" };

/**
 * Asks the ledger, once more on a fresh stub when that failed (`accept` is idempotent by requestId).
 * Throws 503, or 502 when ledger-worker is not deployed: only its `/health` can tell.
 */
export async function acceptAlert(request: AcceptRequest, ports: AcceptPorts): Promise<AcceptReply> {
  const deadline = ports.clock.now().getTime() + TOTAL_MS;
  try {
    return await tryOnce(request, ports, FIRST_TRY_MS);
  } catch {
    const health = ports.healthOf("ledger-worker");
    health.catch(() => undefined);
    try {
      return await tryOnce(request, ports, deadline - ports.clock.now().getTime());
    } catch (cause) {
      throw unavailable(await diagnosed(health, ports), cause);
    }
  }
}

async function tryOnce(
  request: AcceptRequest,
  { clock, ledger }: AcceptPorts,
  milliseconds: number,
): Promise<AcceptReply> {
  const timer = clock.timer(Math.max(0, milliseconds));
  try {
    const asked = ledger(request.ledger).accept(request);
    const late = timer.done.then(() =>
      Promise.reject(new Error(`the ledger did not answer within ${milliseconds} ms`)),
    );
    // The one that loses the race may still fail later.
    late.catch(() => undefined);
    asked.catch(() => undefined);
    return understood(await Promise.race([asked, late]));
  } finally {
    timer.cancel();
  }
}

/** A ledger of another version may answer what this one cannot read; its schema would double the start-up time. */
function understood(reply: AcceptReply): AcceptReply {
  const known: readonly string[] = ["accepted", "duplicate", "key_reused"] satisfies AcceptReply["status"][];
  if (known.includes(reply?.status) && requestId.safeParse(reply.requestId).success) return reply;
  throw new Error("the ledger answered something this gateway does not know");
}

async function diagnosed(health: Promise<WorkerHealth>, { clock }: AcceptPorts): Promise<WorkerHealth> {
  const timer = clock.timer(DIAGNOSIS_MS);
  const silent: WorkerHealth = { status: "failing", detail: "it does not answer" };
  try {
    return await Promise.race([health.catch(() => silent), timer.done.then(() => silent)]);
  } finally {
    timer.cancel();
  }
}

function unavailable(health: WorkerHealth, cause: unknown): HttpError {
  if (health.status === "not_deployed") return notDeployed("ledger-worker", cause);
  return new HttpError(503, "ledger_unavailable", "the ledger did not take the alert; it was not accepted", {
    hint: "send it again: TradingView does so by itself",
    headers: RETRY_AFTER,
    cause,
  });
}

export function notDeployed(worker: string, cause?: unknown): HttpError {
  return new HttpError(502, "worker_not_deployed", `${worker} is not deployed`, {
    hint: howToBring(worker),
    cause,
  });
}
