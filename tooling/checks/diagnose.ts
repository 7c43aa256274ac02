import { severities, type Check, type Finding, type Unseen } from "./check.ts";
import { unseen as notSeen } from "./each-worker.ts";
import { checks } from "./list.ts";
import type { View } from "./views.ts";
import type { World } from "./world/world.ts";

export interface Diagnosis {
  /** In the order in which they are mended. */
  findings: (Finding & { check: string })[];
  unseen: (Unseen & { check: string })[];
  /** Checks that were looked at to the end and found nothing. */
  well: string[];
}

/** All checks of the view that apply to this place, side by side. */
export async function diagnose(world: World, view: View = everything): Promise<Diagnosis> {
  const place = world.local ? "local" : "remote";
  const chosen = checks.filter(({ id, places }) => view.checks.includes(id) && places.includes(place));
  const all = await Promise.all(chosen.map((check) => one(check, world, view)));
  return {
    findings: all.flatMap(({ findings }) => findings),
    unseen: all.flatMap(({ unseen }) => unseen),
    well: all.flatMap(({ well }) => well),
  };
}

export const everything: View = { checks: checks.map(({ id }) => id) };

async function one({ id, diagnose: look }: Check, world: World, { only, worker }: View): Promise<Diagnosis> {
  const seen = await look(world).catch(notSeen);
  const isMeant = (finding: Finding): boolean =>
    (only?.(finding) ?? true) && (worker === undefined || finding.worker === worker);
  const isOfIt = (each: Unseen): boolean => worker === undefined || each.worker === undefined || each.worker === worker;
  const findings = seen.flatMap((each) =>
    "found" in each && isMeant(each.found) ? [{ check: id, ...each.found }] : [],
  );
  const unseen = seen.flatMap((each) =>
    "unseen" in each && isOfIt(each.unseen) ? [{ check: id, ...each.unseen }] : [],
  );
  return { findings, unseen, well: findings.length + unseen.length === 0 ? [id] : [] };
}

/** The worst first; of equally bad ones that which others need. */
export function worstFirst(findings: Diagnosis["findings"]): Diagnosis["findings"] {
  return findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}
