import { configKeyOf } from "#contracts/config-keys";
import { found, type Check } from "./check.ts";

export const kvValues: Check = {
  id: "kv-values",
  places: ["local", "remote"],
  async diagnose(world) {
    return (await world.mesh.config()).flatMap(({ key, value }) => {
      const known = configKeyOf(key);
      const problem = known?.problemIn(value);
      if (known === undefined || problem === undefined) return [];
      return [
        found({
          what: `${key} in KV cannot be read: ${problem}`,
          why: `it is ${known.about}; nothing else is used in its place`,
          which: key,
          severity: "stops",
          next: `${known.command} …, or: npx hoox config kv delete ${key}`,
        }),
      ];
    });
  },
};
