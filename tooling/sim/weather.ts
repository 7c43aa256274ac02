import { FAVOURITES, faultKinds, stepFaults, thingFaults, type FaultKind, type ThingFault } from "./faults.ts";
import { Dice, hash, type Random } from "../fakes/random.ts";

interface Odds {
  /** In the order of `faultKinds`. */
  readonly chances: readonly number[];
  /** Cumulative. */
  readonly bounds: readonly number[];
  readonly total: number;
}

/** How probable each fault is in one seed: some kinds not at all, some three times as often, some steps cursed. */
export class Weather {
  readonly #seed: number;
  readonly #storm: number;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #calm: boolean;
  readonly #odds = new Map<string, Odds>();

  constructor(random: Random, of: { seed: number; storm: number }) {
    this.#seed = of.seed;
    this.#storm = of.storm;
    this.#calm = random.chance(0.05) || of.storm === 0;
    const all = [...faultKinds, ...Object.keys(thingFaults)];
    this.#weights = new Map(all.map((kind) => [kind, this.#calm ? 0 : random.pick([0, 0.5, 1, 1, 2, 3]) * of.storm]));
  }

  /** How probable it is, before the seed's weight. A clock is wrong or not, whatever the weight of others. */
  thing(fault: ThingFault): number {
    return thingFaults[fault] * (this.#weights.get(fault) ?? 1);
  }

  /** Which fault falls on this step of this Worker, if any. */
  step(worker: string, name: string, dice: Dice): { fault: FaultKind | undefined; chances: readonly number[] } {
    if (this.#calm) return { fault: undefined, chances: [] };
    const place = `${worker} ${name}`;
    const { chances, bounds, total } = this.#odds.get(place) ?? this.#oddsOf(place, name);
    const drawn = dice.fraction();
    const fault = drawn < total ? faultKinds[bounds.findIndex((bound) => drawn < bound)] : undefined;
    return { fault, chances };
  }

  #oddsOf(place: string, name: string): Odds {
    const chances = faultKinds.map((kind, index) => {
      const row = stepFaults.find((each) => each.kind === kind && name.startsWith(each.steps ?? ""));
      const cursed = new Dice(this.#seed, hash(`curse ${place}`), index).chance(FAVOURITES.share * this.#storm);
      return cursed ? FAVOURITES.chance : (row?.chance ?? 0) * (this.#weights.get(kind) ?? 1);
    });
    let total = 0;
    const bounds = chances.map((chance) => (total += chance));
    const odds = { chances, bounds, total };
    this.#odds.set(place, odds);
    return odds;
  }
}
