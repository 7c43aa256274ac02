import { ensureNamespace } from "../deploy/create.ts";
import { found, type Check } from "./check.ts";

export const namespaces: Check = {
  id: "namespaces",
  places: ["remote"],
  async diagnose(world) {
    const [wanted, there] = await Promise.all([world.wanted(), world.account.namespaces()]);
    const missing = wanted.namespaces.filter(({ title }) => !there.some((each) => each.title === title));
    return missing.map(({ title }) =>
      found({
        what: `the KV namespace ${title} is missing`,
        why: "strategies, chats and the stops that stand in KV cannot be read: entries are halted",
        which: title,
        severity: "stops",
        next: `npx hoox repair kv${world.flag}`,
        mend: {
          plan: `create KV namespace ${title}`,
          do: async (hands) => void (await ensureNamespace(hands.context, await hands.account(), title)),
        },
      }),
    );
  },
};
