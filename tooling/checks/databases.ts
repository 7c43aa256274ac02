import { ensureDatabase } from "../deploy/create.ts";
import { found, type Check } from "./check.ts";

export const databases: Check = {
  id: "databases",
  places: ["remote"],
  async diagnose(world) {
    const [wanted, there] = await Promise.all([world.wanted(), world.account.databases()]);
    const missing = wanted.databases.filter(({ name }) => !there.some((each) => each.name === name));
    return missing.map(({ name }) =>
      found({
        what: `the database ${name} is missing`,
        why: "records, logs and dead letters are kept nowhere; they wait on their queues",
        which: name,
        severity: "stops",
        next: `npx hoox repair db${world.flag}`,
        mend: {
          plan: `create database ${name}`,
          do: async (hands) => void (await ensureDatabase(hands.context, await hands.account(), name)),
        },
      }),
    );
  },
};
