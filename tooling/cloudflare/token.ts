import * as z from "zod";
import { path, type Api } from "./api.ts";
import { AccountError } from "./errors.ts";
import { permissions, type Permission } from "./permissions.ts";

/** What Cloudflare says of the token in use. */
export interface TokenState {
  /** `login`: wrangler's own, which says nothing of itself. */
  kind: "token" | "login";
  status: "active" | "disabled" | "expired";
  expiresAt: Date | undefined;
}

const verified = z.object({
  status: z.enum(["active", "disabled", "expired"]),
  expires_on: z.coerce.date().nullish(),
});

/** A token belongs to a person or to the account; only its owner's page knows it. */
export async function verifyToken(api: Api, accountId: string): Promise<TokenState> {
  // A colon right behind "token" would be taken for a secret's.
  const what = "see whether the API token is valid";
  const call = { method: "get", result: verified, what } as const;
  try {
    return stateOf(await api.call({ ...call, path: "/user/tokens/verify" }));
  } catch (error) {
    if (!(error instanceof AccountError) || error.status === undefined || error.status >= 500 || error.status === 429) {
      throw error;
    }
    return stateOf(await api.call({ ...call, path: path`/accounts/${accountId}/tokens/verify` }));
  }
}

/** The permissions that this token lacks, as far as reading shows. */
export async function missingPermissions(api: Api, accountId: string): Promise<Permission[]> {
  const probed = await Promise.all(
    permissions.map(async (permission) => {
      const where = path`/accounts/${accountId}` + permission.probe;
      try {
        await api.call({
          method: "get",
          path: where,
          result: z.unknown(),
          what: `try the permission ${permission.name}`,
        });
        return undefined;
      } catch (error) {
        if (error instanceof AccountError && error.status === 403) return permission;
        // Something that is not there says that one may look.
        if (error instanceof AccountError && error.status === 404) return undefined;
        throw error;
      }
    }),
  );
  return probed.filter((each) => each !== undefined);
}

function stateOf(raw: z.infer<typeof verified>): TokenState {
  return { kind: "token", status: raw.status, expiresAt: raw.expires_on ?? undefined };
}
