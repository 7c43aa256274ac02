import { found, type Check } from "./check.ts";

/** What `npm start` takes unless told otherwise. */
const PORT = 8787;

export const port: Check = {
  id: "port",
  places: ["local"],
  async diagnose({ machine }) {
    if ((await machine.running()) !== undefined || (await machine.portIsFree(PORT))) return [];
    return [
      found({
        what: `port ${PORT} is taken by another program`,
        why: "npm start cannot answer there",
        which: String(PORT),
        severity: "odd",
        next: `which one: lsof -i :${PORT}; or use another: npm start -- --port ${PORT + 1}`,
      }),
    ];
  },
};
