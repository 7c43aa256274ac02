import { opsRoutes } from "#contracts/routes/ops";
import { CliError } from "../../cli/errors.ts";
import { checkHealth } from "../../cli/health.ts";
import type { MeshClient } from "../../cli/mesh-client.ts";
import type { Place } from "../../secrets/place.ts";
import type { Once } from "./once.ts";
import type { AccountView, MeshView } from "./world.ts";

const PULSE = "SELECT created_at FROM pulses WHERE worker = 'ops-worker'";

export function meshView(place: Place, once: Once, { token }: Pick<AccountView, "token">): MeshView {
  function ask<T>(question: string, find: (mesh: MeshClient) => Promise<T>): Promise<T> {
    return once.ask(question, async () => find(place.mesh ?? (await nowhere(place, token))));
  }
  return {
    health: () => ask("health", checkHealth),
    status: () => ask("status", (mesh) => mesh.call(opsRoutes.status)),
    config: () => ask("config", async (mesh) => (await mesh.call(opsRoutes.config)).entries),
    monitorRan: () =>
      ask("pulse", async (mesh) => {
        const { rows } = await mesh.call(opsRoutes.query, { body: { sql: PULSE } });
        const at = rows[0]?.["created_at"];
        return typeof at === "string" ? new Date(at) : undefined;
      }),
  };
}

/** The account knows where its mesh is: whoever cannot ask it says why. */
async function nowhere({ problems }: Place, token: AccountView["token"]): Promise<never> {
  const { status } = await token();
  if (status !== "active") throw new CliError(3, `the API token is ${status}`);
  throw new CliError(3, problems.join("; ") || "nobody knows where the mesh is", { hint: "npx hoox help mesh" });
}
