import { found, type Check } from "./check.ts";

export const permissions: Check = {
  id: "permissions",
  places: ["remote"],
  async diagnose({ account }) {
    const missing = await account.missingPermissions();
    return missing.map((permission) =>
      found({
        what: `the API token lacks the permission "${permission.name}: ${permission.level}"`,
        why: `it is needed for ${permission.for}`,
        which: permission.name,
        severity: "harms",
        next: "add it to the token at https://dash.cloudflare.com/profile/api-tokens",
      }),
    );
  },
};
