import { configKeyOf, entryProblem, type ConfigKey } from "#contracts/config-keys";
import { KILL_SWITCH_KEYS, modeOfKvValue } from "#contracts/kill-switch";
import { found, type Check, type Finding } from "./check.ts";

export const kvValues: Check = {
  id: "kv-values",
  places: ["local", "remote"],
  async diagnose(world) {
    const all = (await world.mesh.config()).map(async ({ key, value }) => {
      const known = configKeyOf(key);
      const problem = entryProblem({ key, value });
      if (problem === undefined) return [];
      const { command, ...comes } = known === undefined ? STRAY : isStop(key) ? ofStop(value) : ofOther(known);
      const next = await world.onMesh(`${command} ${key}`);
      const what = known === undefined ? `${key} in KV: ${problem}` : `${key} in KV cannot be read: ${problem}`;
      return [found({ what, which: key, next, ...comes })];
    });
    return (await Promise.all(all)).flat();
  },
};

type Comes = Pick<Finding, "why" | "severity"> & { command: string };

/** Nothing fails by it, and that is what is wrong. */
const STRAY: Comes = {
  command: "npx hoox config kv delete",
  severity: "stops",
  why: "whoever wrote it thinks that it holds: as limits it stops no entry",
};

function isStop(key: string): boolean {
  return KILL_SWITCH_KEYS.some((each) => each === key);
}

/** The Workers read it all the same, on the safe side. */
function ofStop(value: string): Comes {
  const command = "npx hoox config kv delete";
  const mode = modeOfKvValue(value);
  if (mode === "off") return { command, severity: "odd", why: "it is taken for a no, and stops nothing" };
  const what = mode === "all" ? "entries and exits" : "entries";
  return { command, severity: "stops", why: `what is no clear no stops trading: no ${what} until it is gone` };
}

function ofOther({ about }: ConfigKey): Comes {
  const why = `it is ${about}; nothing is used in its place until it is written anew or deleted`;
  return { command: "npx hoox config kv get", severity: "stops", why };
}
