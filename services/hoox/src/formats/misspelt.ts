import { ALIASES, aliasesOf, plainName, type Part } from "./aliases.ts";
import type { Fields } from "./fields.ts";
import { protectionNamed, withoutMeasure } from "./protection-names.ts";
import { saysNothing } from "./protection.ts";
import { AlertRefused, quoted } from "./refused.ts";

/** Of our own names and of the composed ones; shorter words are one letter away from what means something else. */
const SHORTEST = 6;
const PROTECTION: readonly Part[] = ["stopLoss", "takeProfits"];
const COMPOSED = /_|[a-z][A-Z]/;

/**
 * A name that is one slip of the finger away from one of Hoox's own is refused: ignored, `stoplos` would open a
 * position without its stop, and `reduceOnyl` would open one at all.
 */
export function refuseMisspelt(fields: Fields, about: "protection" | "all else"): void {
  for (const [plain, value] of fields) {
    if (saysNothing(value) || means(plain)) continue;
    const meant = ownNames(about).find(
      (own) => isOneSlip(plain, own.plain) || isOneSlip(withoutMeasure(plain), own.plain),
    );
    if (meant === undefined) continue;
    const name = fields.spelled(plain);
    const hint = `write ${quoted(meant.name)}, or leave ${name} out`;
    throw new AlertRefused("misspelt_field", name, `${name} is not known; did you mean ${meant.name}?`, hint);
  }
}

function means(plain: string): boolean {
  return aliases().has(plain) || protectionNamed(plain) !== undefined;
}

interface OwnName {
  readonly name: string;
  readonly plain: string;
}

const known: { aliases?: ReadonlySet<string>; own: Map<"protection" | "all else", readonly OwnName[]> } = {
  own: new Map(),
};

/** Made once per isolate and not at start-up. */
function aliases(): ReadonlySet<string> {
  return (known.aliases ??= new Set(parts().flatMap((part) => aliasesOf(part).map(({ plain }) => plain))));
}

function ownNames(about: "protection" | "all else"): readonly OwnName[] {
  const made = known.own.get(about);
  if (made !== undefined) return made;
  const names = parts()
    .filter((part) => PROTECTION.includes(part) === (about === "protection"))
    .flatMap((part) => ALIASES[part].filter((name, index) => index === 0 || COMPOSED.test(name)));
  const own = names.map((name) => ({ name, plain: plainName(name) })).filter(({ plain }) => plain.length >= SHORTEST);
  known.own.set(about, own);
  return own;
}

function parts(): Part[] {
  return Object.keys(ALIASES).filter((name): name is Part => name in ALIASES);
}

/** One letter too many, too few or another one, or two neighbours swapped. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a, b].map((each) => each.slice(start, each.length - end));
  if (left === undefined || right === undefined) return false;
  return Math.max(left.length, right.length) === 1 || (left.length === 2 && left === [...right].toReversed().join(""));
}
