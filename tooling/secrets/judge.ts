import type { Worker } from "#contracts/ids";
import type { Declared } from "./declared.ts";

export type Presence = "present" | "missing" | "differs" | "optional" | "unknown";

/** What is known of one secret on one Worker. */
export interface Seen {
  worker: Worker;
  /** By its name, where names can be read; undefined when they could not be. */
  named: boolean | undefined;
  /** One per value, the one that is sent first; undefined when the Worker could not be asked. */
  proofs: readonly string[] | undefined;
}

export interface Judged {
  name: string;
  /** Several Workers have it, and it must be the same on all. */
  shared: boolean;
  workers: { worker: Worker; status: Presence; detail?: string }[];
  /** Whether the values of all its Workers were compared. */
  compared: boolean;
  /** Two values are valid somewhere: a rotation has not ended. */
  rotating: boolean;
}

/** `known`: proofs of what this terminal has for the truth, such as the values in `.dev.vars`. */
export function judge(secret: Declared, seen: readonly Seen[], known: readonly string[] | undefined): Judged {
  const shared = secret.workers.length > 1;
  const proven = seen.filter((each) => (each.proofs ?? []).length > 0);
  const reference = known ?? mostAccepted(proven);
  const workers = seen.map(({ worker, named, proofs }) => {
    if (named === false || proofs?.length === 0) return { worker, ...missing(secret, named) };
    if (proofs === undefined) return { worker, ...unproven(named) };
    const detail = oddity({ worker, proofs }, proven, reference);
    return { worker, status: detail === undefined ? "present" : "differs", ...(detail && { detail }) } as const;
  });
  return {
    name: secret.name,
    shared,
    workers,
    compared: seen.every(({ proofs }) => proofs !== undefined),
    rotating: shared && proven.some(({ proofs }) => (proofs ?? []).length > 1),
  };
}

function missing({ without }: Declared, named: boolean | undefined): { status: Presence; detail?: string } {
  if (without !== undefined) return { status: "optional", detail: without };
  return named === true ? { status: "missing", detail: "it is there, and empty" } : { status: "missing" };
}

function unproven(named: boolean | undefined): { status: Presence } {
  return { status: named === true ? "present" : "unknown" };
}

/** The values that most Workers accept; of two that accept each other's nothing, nobody knows which is right. */
function mostAccepted(proven: readonly Seen[]): readonly string[] | undefined {
  const counts = new Map<string, number>();
  for (const { proofs } of proven) for (const proof of new Set(proofs)) counts.set(proof, (counts.get(proof) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return most > 1 || proven.length === 1
    ? [...counts].filter(([, n]) => n === most).map(([proof]) => proof)
    : undefined;
}

function oddity(
  own: { worker: Worker; proofs: readonly string[] },
  proven: readonly Seen[],
  reference: readonly string[] | undefined,
): string | undefined {
  if (reference === undefined) return `its value is not that of ${othersThan(own.worker, proven)}`;
  if (!own.proofs.some((proof) => reference.includes(proof))) return "it has another value than the rest";
  const [sent = ""] = own.proofs;
  const refusing = proven.filter(
    ({ worker, proofs = [] }) =>
      worker !== own.worker && proofs.some((proof) => reference.includes(proof)) && !proofs.includes(sent),
  );
  if (refusing.length === 0) return undefined;
  return `the value that it sends is not accepted by ${refusing.map(({ worker }) => worker).join(", ")}`;
}

function othersThan(worker: Worker, proven: readonly Seen[]): string {
  const others = proven.filter((each) => each.worker !== worker);
  return others.map((each) => each.worker).join(", ");
}
