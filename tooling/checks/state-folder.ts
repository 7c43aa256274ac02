import { found, type Check } from "./check.ts";

export const stateFolder: Check = {
  id: "state",
  places: ["local"],
  async diagnose({ machine }) {
    const { path, writable } = await machine.state();
    if (writable) return [];
    return [
      found({
        what: `${path} cannot be written to`,
        why: "the local mesh keeps its databases there",
        which: path,
        severity: "stops",
        next: `give this user the folder, or start elsewhere: npm start -- --state <folder>`,
      }),
    ];
  },
};
