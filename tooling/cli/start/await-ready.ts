import * as z from "zod";
import { health } from "#contracts/health";
import { opsRoutes } from "#contracts/routes/ops";
import type { HooxContext } from "../context.ts";

export interface Readiness {
  url: string;
  operatorKey: string;
  without: readonly string[];
}

/**
 * What still stands between the mesh and its first alert, or undefined when it works: the gateway answers and
 * every Worker that was not left out says that it is well.
 */
export async function whatIsMissing(context: Pick<HooxContext, "fetch">, of: Readiness): Promise<string | undefined> {
  try {
    const gateway = await ask(context, `${of.url}/health`);
    const said = health.safeParse(await gateway.json());
    if (!said.success) return "the gateway does not answer with its health yet";
    const reports = [said.data];
    if (!of.without.includes("ops-worker")) {
      const ops = await ask(context, `${of.url}${opsRoutes.health.path}`, {
        authorization: `Bearer ${of.operatorKey}`,
      });
      const body: unknown = await ops.json();
      const workers = opsRoutes.health.reply.safeParse(body);
      if (!workers.success) return `ops-worker answers ${ops.status}: ${reasonIn(body)}`;
      reports.push(...workers.data.workers);
    }
    return reports.flatMap((report) => problemsOf(report, of.without))[0];
  } catch (error) {
    return `the gateway does not answer yet (${error instanceof Error ? error.message : String(error)})`;
  }
}

function problemsOf(report: z.infer<typeof health>, without: readonly string[]): string[] {
  if (without.includes(report.worker)) return [];
  const broken = report.dependencies.filter((each) => each.status !== "ok");
  const ours = broken.filter((each) => !without.includes(each.name) && !isTheChat(each));
  // Everything may fail in its own way once a Worker is left out; that is what leaving it out is for.
  if (without.length > 0 && ours.length > 0 && report.status === "failing") return [];
  if (ours.length > 0)
    return ours.map(
      (each) =>
        `${report.worker}: ${each.name} is ${each.status.replace("_", " ")}${each.detail === undefined ? "" : `: ${each.detail}`}`,
    );
  return report.status === "ok" || broken.length > 0 || without.length > 0
    ? []
    : [`${report.worker} says that it is failing`];
}

/** A bot without a chat, or Telegram out of reach: messages wait, trades do not, and the set-up needs the mesh. */
function isTheChat({ name, status }: { name: string; status: string }): boolean {
  return name === "telegram" || (name === "telegram-worker" && status === "failing");
}

function ask(
  context: Pick<HooxContext, "fetch">,
  url: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return context.fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
}

function reasonIn(body: unknown): string {
  const parsed = z.object({ error: z.object({ message: z.string() }) }).safeParse(body);
  return parsed.success ? parsed.data.error.message : "not its health";
}
