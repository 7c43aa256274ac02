import { relative } from "node:path";
import { ROOT } from "../sync/paths.ts";
import { found, type Check } from "./check.ts";

export const registry: Check = {
  id: "registry",
  places: ["local", "remote"],
  async diagnose({ machine }) {
    return (await machine.unsynced()).map((path) =>
      found({
        what: `${relative(ROOT, path)} has other queues than the registry`,
        why: "what is deployed from it sends to, or takes from, the wrong ones",
        which: relative(ROOT, path),
        severity: "harms",
        next: "npx hoox sync",
      }),
    );
  },
};
