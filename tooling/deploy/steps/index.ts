import type { Around, Step, StepKind, StepOf } from "../step.ts";
import { health, mesh } from "./health.ts";
import { keys } from "./keys.ts";
import { migrations } from "./migrations.ts";
import { release } from "./release.ts";
import { bucket, database, namespace, queue } from "./resources.ts";
import { secrets } from "./secrets.ts";
import { triggers } from "./triggers.ts";
import { worker } from "./worker.ts";

const kinds: { [Kind in Step["kind"]]: StepKind<StepOf<Kind>> } = {
  keys,
  queue,
  database,
  namespace,
  bucket,
  migrations,
  release,
  secrets,
  worker,
  triggers,
  health,
  mesh,
};

// A step and the kind that its own name leads to fit each other; the type of the table's rows cannot say so.
function kindOf(step: Step): StepKind<Step> {
  return kinds[step.kind] as StepKind<Step>;
}

export function wordsOf(step: Step): { what: string; why: string } {
  return kindOf(step).words(step);
}

export function runStep(step: Step, around: Around): Promise<string | void> {
  return kindOf(step).run(step, around);
}
