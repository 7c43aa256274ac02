import { found, type Check } from "./check.ts";

/** As package.json says in `engines`. */
const OLDEST = 20;

export const node: Check = {
  id: "node",
  places: ["local", "remote"],
  async diagnose({ machine }) {
    const major = Number.parseInt(machine.nodeVersion, 10);
    if (major < OLDEST) {
      return [
        found({
          what: `Node ${machine.nodeVersion} is older than ${OLDEST}`,
          why: "nothing of Hoox runs on it",
          which: "node",
          severity: "stops",
          next: "install Node 20 or newer from https://nodejs.org",
        }),
      ];
    }
    const { wanted, installed } = await machine.pinnedNode();
    if (installed === wanted) return [];
    return [
      found({
        what: installed === undefined ? "the pinned Node is missing" : `the pinned Node is ${installed}, not ${wanted}`,
        why: "wrangler and the tests run on it",
        which: "node",
        severity: "stops",
        next: "npm ci",
      }),
    ];
  },
};
