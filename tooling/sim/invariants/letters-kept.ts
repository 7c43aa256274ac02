import type { Invariant } from "./invariant.ts";

/** What nobody can read is parked and stands in the database, or in the archive when that was away. */
export const lettersKept: Invariant = {
  name: "what cannot be handled is kept",
  check(mesh) {
    return mesh.strays.flatMap((id) => {
      const row = mesh.database.rows("SELECT id FROM dead_letters WHERE instr(body, ?) > 0", id)[0];
      const archived = [...mesh.bucket.files.values()].some((text) => text.includes(id));
      return row !== undefined || archived ? [] : [{ expected: `a dead letter of ${id}`, found: "none" }];
    });
  },
};
