import type { WantedWorker } from "../deploy/wanted.ts";
import { found, type Check } from "./check.ts";

/** Without these no alert is accepted or executed. */
const VITAL: readonly string[] = ["hoox", "ledger-worker", "trade-worker"];

export const workers: Check = {
  id: "workers",
  places: ["remote"],
  async diagnose(world) {
    const [wanted, deployed] = await Promise.all([world.wanted(), world.account.workers()]);
    const missing = wanted.workers.filter(({ name }) => !deployed.has(name));
    return missing.map(({ name }) =>
      found({
        what: `${name} is not deployed`,
        why: whyOf(
          name,
          wanted.workers.filter((each) => each.needs.includes(name) && deployed.has(each.name)),
        ),
        which: name,
        worker: name,
        severity: VITAL.includes(name) ? "stops" : "harms",
        next: missing.length > 1 ? "npx hoox deploy all --auto" : `npx hoox repair worker ${name}${world.flag}`,
        mend: { plan: `deploy ${name}`, do: (hands) => hands.deploy(name) },
      }),
    );
  },
};

function whyOf(name: string, bound: readonly WantedWorker[]): string {
  const names = bound.map((each) => each.name).join(", ");
  if (names === "") return name === "hoox" ? "nothing takes alerts" : "what it does is not done";
  const gateway = bound.some((each) => each.name === "hoox") && name === "ledger-worker";
  return `${names} ${bound.length > 1 ? "are" : "is"} bound to it${gateway ? ": the webhook answers 502" : ", and cannot reach it"}`;
}
