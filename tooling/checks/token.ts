import { CliError } from "../cli/errors.ts";
import { AccountError } from "../cloudflare/errors.ts";
import { found, type Check, type Seen } from "./check.ts";
import { unseen } from "./each-worker.ts";

const SOON_MS = 14 * 86_400_000;
const MAKE =
  "make one at https://dash.cloudflare.com/profile/api-tokens and set CLOUDFLARE_API_TOKEN, or run: npx wrangler login";

export const token: Check = {
  id: "token",
  places: ["remote"],
  async diagnose({ account, now }) {
    try {
      const { status, expiresAt } = await account.token();
      if (status !== "active") return [refused(`the API token is ${status}`)];
      const left = expiresAt === undefined ? Infinity : expiresAt.getTime() - (await now()).getTime();
      if (left > SOON_MS) return [];
      return [
        found({
          what: `the API token expires on ${expiresAt?.toISOString().slice(0, 10)}`,
          why: "nothing can be deployed or mended from here afterwards",
          which: "CLOUDFLARE_API_TOKEN",
          severity: "odd",
          next: MAKE,
        }),
      ];
    } catch (error) {
      // What may pass says nothing about the token; so does an answer that nobody can read.
      if (!(error instanceof CliError) || error.passing || !isRefusal(error)) return unseen(error);
      return [refused(error.message)];
    }
  },
};

/** Without any credentials the error is one of usage. */
function isRefusal(error: CliError): boolean {
  return error.exitCode === 2 || (error instanceof AccountError && [400, 401, 403].includes(error.status ?? 0));
}

function refused(what: string): Seen {
  return found({
    what,
    why: "the account cannot be looked at, deployed to or mended from here; the mesh itself goes on",
    which: "CLOUDFLARE_API_TOKEN",
    severity: "harms",
    next: MAKE,
  });
}
