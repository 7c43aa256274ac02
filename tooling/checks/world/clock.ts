import type { HooxContext } from "../../cli/context.ts";
import { CliError } from "../../cli/errors.ts";
import type { Place } from "../../secrets/place.ts";
import type { Clock } from "./world.ts";

const API = "https://api.cloudflare.com/client/v4";
const TIMEOUT_MS = 10_000;

/** Every HTTP answer says what time it is there, whatever else it says: Cloudflare's, else that of the mesh. */
export async function readClock(context: HooxContext, { mesh }: Place): Promise<Clock> {
  const api = context.env["CLOUDFLARE_API_BASE_URL"] ?? API;
  const asked = [
    { of: "Cloudflare", url: api },
    ...(mesh ? [{ of: "the mesh", url: `${mesh.target.url}/health` }] : []),
  ];
  for (const each of asked) {
    const clock = await clockAt(context, each);
    if (clock !== undefined) return clock;
  }
  const whom = asked.map(({ url }) => url).join(", ");
  throw new CliError(3, `no clock to compare with: nobody says what time it is (${whom})`, { passing: true });
}

/** A mesh on this machine has its clock. */
export async function trueNow(context: HooxContext, { local }: Place, clock: () => Promise<Clock>): Promise<Date> {
  const ahead = local ? 0 : await clock().then(({ aheadMs }) => aheadMs, nobodySays);
  return new Date(context.now().getTime() - ahead);
}

function nobodySays(error: unknown): number {
  if (error instanceof CliError) return 0;
  throw error;
}

async function clockAt(context: HooxContext, { of, url }: { of: string; url: string }): Promise<Clock | undefined> {
  const before = context.now().getTime();
  const response = await context.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
  const after = context.now().getTime();
  await response?.body?.cancel();
  const there = Date.parse(response?.headers.get("date") ?? "");
  if (Number.isNaN(there)) return undefined;
  // The header has whole seconds, cut off, and the answer was on its way for a while.
  return { of, aheadMs: (before + after) / 2 - (there + 500), toleranceMs: (after - before) / 2 + 500 };
}
