import type { HooxContext } from "../../cli/context.ts";
import { CliError } from "../../cli/errors.ts";
import type { Place } from "../../secrets/place.ts";
import { meshOf } from "./mesh-view.ts";
import type { Clock } from "./world.ts";

const API = "https://api.cloudflare.com/client/v4";
const TIMEOUT_MS = 10_000;

/** Whatever answers says what time it is there; of an account, Cloudflare itself, which needs no key for that. */
export async function readClock(context: HooxContext, place: Place): Promise<Clock> {
  const { url, of } = place.local
    ? { url: `${meshOf(place).target.url}/health`, of: "the mesh" }
    : { url: context.env["CLOUDFLARE_API_BASE_URL"] ?? API, of: "Cloudflare" };
  const before = context.now().getTime();
  const response = await context.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw new CliError(3, `no clock to compare with: ${url} does not answer`, { passing: true, cause: error });
  });
  const after = context.now().getTime();
  await response.body?.cancel();
  const there = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(there)) throw new CliError(3, `no clock to compare with: ${url} does not say what time it is`);
  // The header has whole seconds, cut off, and the answer was on its way for a while.
  return { of, aheadMs: (before + after) / 2 - (there + 500), toleranceMs: (after - before) / 2 + 500 };
}
