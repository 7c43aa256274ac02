import { found, type Check } from "./check.ts";
import { eachDeployed } from "./each-worker.ts";

export const addresses: Check = {
  id: "addresses",
  places: ["remote"],
  diagnose: (world) =>
    eachDeployed(world, async ({ name, address: wanted }) => {
      const there = await world.account.address(name);
      if (there === undefined) return [];
      const closed = wanted.enabled && !there.enabled;
      const open = (there.enabled && !wanted.enabled) || (there.previewsEnabled && !wanted.previewsEnabled);
      if (!closed && !open) return [];
      return [
        found({
          what: closed ? `${name} has no workers.dev address` : `${name} can be reached from outside`,
          why: closed
            ? "alerts, the chat and this terminal cannot reach it there; a domain of its own still works"
            : "only the gateway is public: others trust whoever calls them more than the internet deserves",
          which: name,
          worker: name,
          severity: closed ? "stops" : "harms",
          next: `npx hoox repair worker ${name}${world.flag}`,
          mend: {
            plan: `switch the workers.dev address of ${name} ${wanted.enabled ? "on" : "off"}`,
            do: async (hands) => (await hands.account()).workers.setSubdomain(name, wanted),
          },
        }),
      ];
    }),
};
