import type { Repaired } from "../../checks/repair.ts";
import type { ExitCode } from "../errors.ts";
import { byReason, findingText, findingView, unseenTexts, type FindingView, type UnseenView } from "./diagnosis.ts";
import type { Paint } from "./paint.ts";

/** What `repair …` answers. */
export interface RepairedView {
  target: string;
  result: Repaired["result"];
  /** What would be done; only with `planned`. */
  plan: string[];
  steps: Repaired["steps"];
  left: FindingView[];
  unseen: UnseenView[];
}

export function repairedView(target: string, { result, plan, steps, left, unseen }: Repaired): RepairedView {
  return { target, result, plan, steps, left: left.map(findingView), unseen: byReason(unseen) };
}

export function repairExitCode({ result, steps }: RepairedView): ExitCode {
  if (result === "mended" || result === "nothing to mend" || result === "planned") return 0;
  return result === "not verified" || steps.some(({ status }) => status !== "done") ? 3 : 1;
}

export function repairedText(view: RepairedView, paint: Paint): string {
  const done = view.steps.map(({ plan, status, problem }) => {
    const word = status === "done" ? paint.good(status) : paint.bad(status);
    return `${word}  ${plan}${problem === undefined ? "" : `\n      ${problem}`}`;
  });
  const blocks = [
    ...(done.length > 0 ? [done.join("\n")] : []),
    ...view.left.map((each) => findingText(each, paint)),
    ...unseenTexts(view.unseen, paint),
  ];
  return [...blocks, resultText(view, paint)].join("\n\n");
}

function resultText({ result }: RepairedView, paint: Paint): string {
  const good = result === "mended" || result === "nothing to mend";
  const text = result === "mended" ? "mended: looked at again, all is well" : TEXTS[result];
  return good ? paint.good(text) : result === "planned" ? text : paint.bad(text);
}

const TEXTS: Readonly<Record<Exclude<Repaired["result"], "mended">, string>> = {
  "nothing to mend": "nothing to mend",
  planned: "nothing was changed",
  "not mended": "not mended: what is left stands above",
  "needs a person": "no command mends what is left: a person has to",
  "not verified": "not verified: it could not be looked at to the end",
};
