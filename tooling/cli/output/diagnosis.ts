import type { Finding, Severity, Unseen } from "../../checks/check.ts";
import { worstFirst, type Diagnosis } from "../../checks/diagnose.ts";
import type { ExitCode } from "../errors.ts";
import type { Paint } from "./paint.ts";

/** A finding as `--json` shows it. */
export type FindingView = Omit<Finding, "mend"> & { check: string; plan?: string };
/** Checks that could not be looked at for the same reason. */
export type UnseenView = Unseen & { checks: string[] };

/** What `doctor` and `check …` answer. */
export interface DiagnosisView {
  target: string;
  /** `unknown`: nothing was found, and not everything could be looked at. */
  result: "well" | "found" | "unknown";
  findings: FindingView[];
  unseen: UnseenView[];
  well: string[];
}

export function diagnosisView(target: string, { findings, unseen, well }: Diagnosis): DiagnosisView {
  const result = findings.length > 0 ? "found" : unseen.length > 0 ? "unknown" : "well";
  return { target, result, findings: worstFirst(findings).map(findingView), unseen: byReason(unseen), well };
}

export function findingView({ mend, ...finding }: Diagnosis["findings"][number]): FindingView {
  return { ...finding, ...(mend === undefined ? {} : { plan: mend.plan }) };
}

export function byReason(unseen: Diagnosis["unseen"]): UnseenView[] {
  const reasons = [...new Set(unseen.map(({ why }) => why))];
  return reasons.map((why) => {
    const same = unseen.filter((each) => each.why === why);
    const next = same.find((each) => each.next !== undefined)?.next;
    return { checks: [...new Set(same.map(({ check }) => check))], why, ...(next === undefined ? {} : { next }) };
  });
}

export function exitCodeOf({ result }: DiagnosisView): ExitCode {
  return result === "well" ? 0 : result === "found" ? 1 : 3;
}

/** A block per finding, the worst first, each with the command that mends it. */
export function diagnosisText(view: DiagnosisView, paint: Paint): string {
  const blocks = [...view.findings.map((each) => findingText(each, paint)), ...unseenTexts(view.unseen, paint)];
  return [...blocks, summary(view, paint)].join("\n\n");
}

export function findingText({ severity, what, why, next }: FindingView, paint: Paint): string {
  const word = severity.toUpperCase().padEnd(INDENT.length - 1);
  return [`${paintOf(severity, paint)(word)} ${what}`, `${INDENT}${paint.dim(why)}`, `${INDENT}→ ${next}`].join("\n");
}

export function unseenTexts(unseen: readonly UnseenView[], paint: Paint): string[] {
  return unseen.map(({ checks, why, next }) =>
    [
      `${paint.odd("NOT SEEN".padEnd(INDENT.length - 1))} ${why}`,
      `${INDENT}${paint.dim(`not looked at for that reason: ${checks.join(", ")}`)}`,
      ...(next === undefined ? [] : [`${INDENT}→ ${next.replaceAll("\n", `\n${INDENT}  `)}`]),
    ].join("\n"),
  );
}

const INDENT = "         ";

function summary({ result, findings, unseen, well }: DiagnosisView, paint: Paint): string {
  if (result === "well") return paint.good(`well: ${well.length} checks, nothing to mend`);
  const parts = [
    ...(findings.length > 0 ? [`${findings.length} found`] : []),
    ...(unseen.length > 0 ? [`${unseen.flatMap(({ checks }) => checks).length} not looked at`] : []),
    `${well.length} well`,
  ];
  return paint.bad(parts.join(", "));
}

function paintOf(severity: Severity, paint: Paint): (text: string) => string {
  return severity === "odd" ? paint.odd : paint.bad;
}
