import type { Mesh } from "../mesh/mesh.ts";

/** Something that must hold and did not. */
export interface Finding {
  readonly expected: string;
  readonly found: string;
}

/** What must hold once the world is at rest. One per file; the table is invariants/index.ts. */
export interface Invariant {
  readonly name: string;
  check(mesh: Mesh): Promise<Finding[]> | Finding[];
}
