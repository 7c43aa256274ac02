import { CliError } from "../cli/errors.ts";

/**
 * Everything behind what it needs, otherwise in the order given. Throws a CliError that names the cycle when each of
 * some needs another one of them first.
 */
export function deployOrder<T extends { name: string; needs: readonly string[] }>(all: readonly T[]): T[] {
  const ordered: T[] = [];
  let waiting = [...all];
  while (waiting.length > 0) {
    const next = waiting.find(({ needs }) => !waiting.some(({ name }) => needs.includes(name)));
    if (next === undefined) throw cycleIn(waiting);
    ordered.push(next);
    waiting = waiting.filter((each) => each !== next);
  }
  return ordered;
}

function cycleIn(waiting: readonly { name: string; needs: readonly string[] }[]): CliError {
  const way: string[] = [];
  for (let at = waiting[0]; at !== undefined && !way.includes(at.name);) {
    way.push(at.name);
    const { needs } = at;
    at = waiting.find(({ name }) => needs.includes(name));
    if (at !== undefined && way.includes(at.name)) way.splice(0, way.indexOf(at.name));
  }
  const names = way.map((name) => waiting.find((each) => each.name === name)?.name ?? name);
  return new CliError(2, `no Worker of these can be deployed first: ${[...names, names[0]].join(" → ")}`, {
    hint: "each is bound to the next: take one of these bindings out of its wrangler.jsonc, and let a queue carry it",
  });
}
