import { ensureBucket } from "../deploy/create.ts";
import { found, type Check } from "./check.ts";

export const buckets: Check = {
  id: "buckets",
  places: ["remote"],
  async diagnose(world) {
    const [wanted, there] = await Promise.all([world.wanted(), world.account.buckets()]);
    const missing = wanted.buckets.filter(({ name }) => !there.some((each) => each.name === name));
    return missing.map(({ name }) =>
      found({
        what: `the R2 bucket ${name} is missing`,
        why: "dead letters have nowhere to go while the database is down",
        which: name,
        severity: "harms",
        next: `npx hoox repair infra${world.flag}`,
        mend: {
          plan: `create R2 bucket ${name}`,
          do: async (hands) => ensureBucket(hands.context, await hands.account(), name),
        },
      }),
    );
  },
};
