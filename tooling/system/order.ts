import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOT } from "../sync/paths.ts";

/** What takes longest, so that none of it is left alone at the end. */
const FIRST = [
  "services/ops-worker/src/replays/disturbed.test.ts",
  "tooling/cli/commands/secrets/change.test.ts",
  "tooling/cli/commands/every-command.test.ts",
  "tooling/system/crash.test.ts",
  "tooling/system/rotation.test.ts",
  "tooling/system/symptoms.test.ts",
  "tooling/system/stopped-deployments.test.ts",
  "tooling/system/deploy.test.ts",
  "tooling/system/doctor.test.ts",
  "tooling/system/start.test.ts",
  "tooling/system/redaction.test.ts",
  "tooling/system/operator-plane.test.ts",
  "tooling/system/first-hour.test.ts",
  "tooling/system/replays.test.ts",
  "tooling/system/telegram-commands.test.ts",
  "tooling/system/letters-storm.test.ts",
];

/** The order of the files of `npm test`: those of {@link FIRST}, then the rest by name. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.indexOf(relative(ROOT, moduleId));
      return place === -1 ? FIRST.length : place;
    };
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}
