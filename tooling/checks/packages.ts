import { found, type Check } from "./check.ts";

export const packages: Check = {
  id: "packages",
  places: ["local", "remote"],
  async diagnose({ machine }) {
    if (await machine.packagesAreCurrent()) return [];
    return [
      found({
        what: "the installed packages are not those of package-lock.json",
        why: "what runs here is another version than what was tested",
        which: "node_modules",
        severity: "harms",
        next: "npm ci",
      }),
    ];
  },
};
