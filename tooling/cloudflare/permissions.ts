/** A permission of an API token, by its name in the dashboard. */
export interface Permission {
  name: string;
  level: "Edit" | "Read";
  /** What of Hoox needs it. */
  for: string;
  /** A question that only a token with it gets an answer to, below the account's path. */
  probe: string;
}

/** Everything a token for Hoox needs, no more. A probe proves that reading is allowed; writing shows when it is tried. */
export const permissions: readonly (Permission & { paths: RegExp })[] = [
  {
    name: "Workers Tail",
    level: "Read",
    for: "logs tail",
    probe: "/workers/scripts/hoox/tails",
    paths: /\/tails\b/,
  },
  {
    name: "Workers Observability",
    level: "Edit",
    for: "stored logs of the platform",
    probe: "/workers/observability/destinations",
    paths: /\/workers\/observability\b/,
  },
  {
    name: "Workers Scripts",
    level: "Edit",
    for: "deploy, secrets, crons",
    probe: "/workers/scripts",
    paths: /\/workers\b/,
  },
  { name: "Queues", level: "Edit", for: "queues and their consumers", probe: "/queues", paths: /\/queues\b/ },
  { name: "D1", level: "Edit", for: "the database and its migrations", probe: "/d1/database", paths: /\/d1\b/ },
  {
    name: "Workers KV Storage",
    level: "Edit",
    for: "configuration",
    probe: "/storage/kv/namespaces",
    paths: /\/storage\/kv\b/,
  },
  { name: "Workers R2 Storage", level: "Edit", for: "the archive", probe: "/r2/buckets", paths: /\/r2\b/ },
  { name: "Account Settings", level: "Read", for: "finding the account", probe: "", paths: /\/accounts(?:\/[^/]+)?$/ },
];

export function permissionFor(path: string): Permission | undefined {
  return permissions.find(({ paths }) => paths.test(path));
}
