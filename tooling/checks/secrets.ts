import type { Worker } from "#contracts/ids";
import type { Judged } from "../secrets/judge.ts";
import { found, type Check, type Finding, type Seen } from "./check.ts";
import { giveSecret, type SecretSource } from "./secret-source.ts";
import type { World } from "./world/world.ts";

export const secrets: Check = {
  id: "secrets",
  places: ["local", "remote"],
  async diagnose(world) {
    const { secrets: judged, problems } = await world.secrets();
    const deployed = world.local ? undefined : await world.account.workers();
    const isThere = (worker: string): boolean => deployed?.has(worker) ?? true;
    const seen = judged.map(async (secret) => {
      const workers = secret.workers.filter(({ worker }) => isThere(worker));
      return troubleOf({ ...secret, workers }, { world, source: await world.secretSource(secret.name) });
    });
    // A Worker that is not deployed has a check of its own.
    const others = problems.filter((problem) => !/^[a-z0-9-]+ is not deployed/.test(problem));
    // Said in the same words as by the other checks that could not ask, so that it is shown once.
    const unseen = others.map((problem) => problem.replace(/^(?:no values were compared|the \w+ was not asked): /, ""));
    return [...(await Promise.all(seen)).flat(), ...unseen.map((why): Seen => ({ unseen: { why } }))];
  },
};

function troubleOf({ name, shared, workers, rotating }: Judged, to: { world: World; source: SecretSource }): Seen[] {
  const having = (status: string): Worker[] =>
    workers.filter((each) => each.status === status).map(({ worker }) => worker);
  const [missing, differing] = [having("missing"), having("differs")];
  const [worker] = [...missing, ...differing];
  if (worker === undefined) return [];
  const all = workers.map((each) => each.worker);
  const mended = rotating && !to.world.local ? rotateOf(name, to.world) : mendOf({ name, workers: all }, to);
  const common = { which: name, worker, severity: "stops" as const, ...mended };
  const lacking = {
    what: `${missing.join(", ")} ${missing.length > 1 ? "lack" : "lacks"} the secret ${name}`,
    why: shared ? "calls to and from it are refused (401)" : "what needs it does not work",
  };
  const other = {
    what: `${name} of ${differing.join(", ")} is not that of the others`,
    why: `calls between them are refused (401)${rotating ? "; a rotation has not ended" : ""}`,
  };
  return [
    ...(missing.length > 0 ? [found({ ...common, ...lacking })] : []),
    ...(differing.length > 0 ? [found({ ...common, ...other })] : []),
  ];
}

/** Setting one value on all would end it halfway: who has only the other is refused. */
function rotateOf(name: string, { flag }: World): Pick<Finding, "next"> {
  return { next: `npx hoox secrets rotate ${name}${flag}` };
}

function mendOf(
  of: { name: string; workers: readonly Worker[] },
  { world, source }: { world: World; source: SecretSource },
): Pick<Finding, "next" | "mend"> {
  if (world.local) return { next: "restart npm start: the running mesh has other secrets than .dev.vars" };
  if (source === undefined) return { next: `npx hoox secrets set ${of.name} --stdin${world.flag}` };
  const plan = `set ${of.name} on ${of.workers.join(", ")}: ${WORDS[source]}`;
  return { next: `npx hoox repair secrets${world.flag}`, mend: { plan, do: (hands) => giveSecret(hands, of) } };
}

const WORDS = {
  kept: "the value that this machine set last",
  terminal: "the value that this terminal knows",
  "made up": "a new value; calls between them are refused for seconds",
} as const;
