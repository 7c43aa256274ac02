import { Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { MeshClient } from "../../mesh-client.ts";

/** Commands that ask a mesh of its queues: the target's, or with `--remote` the account's. */
export abstract class QueueMeshCommand extends MeshCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The mesh of the Cloudflare account, also where no profile is active",
  });

  override async mesh(): Promise<MeshClient> {
    if (!this.remote) return super.mesh();
    const { meshThere } = await import("../../../secrets/place.ts");
    return meshThere(this.context, this.target);
  }
}
