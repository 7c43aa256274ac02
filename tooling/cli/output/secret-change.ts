import type { Change } from "../../secrets/set.ts";
import type { Paint } from "./paint.ts";

/** One line per Worker, then what it came to. */
export function changeText({ name, result, workers }: Change, paint: Paint): string {
  const lines = workers.map(({ worker, status, problem, proven }) => {
    const word = status === "done" ? paint.good(status) : paint.bad(status);
    const remark = problem ?? (proven === undefined ? "" : proven ? "proven" : paint.bad("not proven yet"));
    return `${worker.padEnd(16)}  ${word}  ${remark}`.trimEnd();
  });
  return [...lines, `${name}: ${result === "done" ? paint.good(result) : paint.bad(result)}`].join("\n");
}
