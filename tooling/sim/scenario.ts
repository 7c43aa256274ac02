import type { KillSwitchMode } from "#contracts/kill-switch";
import { drawCrowd } from "./crowd.ts";
import type { VenueMood } from "./mesh/venue.ts";
import { drawOperators, type Defect, type PlannedReplay } from "./operators.ts";
import { drawOutages, type Outage } from "./outages.ts";
import type { Random } from "../fakes/random.ts";
import { drawStories, type Lane, type PlannedAlert } from "./stories.ts";

interface Named {
  /** As it stands in a schedule. */
  readonly id: string;
}

export interface Scenario {
  readonly accounts: readonly string[];
  readonly alerts: readonly PlannedAlert[];
  readonly prices: readonly (Named & { at: number; account: string; symbol: string; price: string })[];
  readonly killSwitch: readonly (Named & {
    at: number;
    until: number;
    mode: KillSwitchMode;
    through: "object" | "kv";
  })[];
  /** Messages that nobody can read, put on a queue by hand. */
  readonly strays: readonly (Named & {
    at: number;
    queue: "records" | "notifications" | "system-logs" | "trade-signals";
  })[];
  /** Hints of signals that nobody ever sent. */
  readonly ghosts: readonly (Named & { at: number; ledger: string })[];
  readonly outages: readonly Outage[];
  readonly defects: readonly Defect[];
  readonly replays: readonly PlannedReplay[];
  readonly mood: VenueMood;
  /** Ledgers and their callers are of different versions. */
  readonly foreignLedgers: boolean;
  /** Whether log lines travel to the database; they cost most and prove least, so in few seeds. */
  readonly logs: boolean;
  /** Once at rest, everything that is open or rests is closed, before the market moves it. */
  readonly lastWord: boolean;
  /** Once at rest, the ledgers forget everything and then every message comes again. */
  readonly afterlife: boolean;
  /** Faults end here. */
  readonly calmAt: number;
}

/** What is traded, around which price. */
export const markets: readonly { symbol: string; base: number }[] = [
  { symbol: "BTCUSDT.P", base: 60_000 },
  { symbol: "ETHUSDT.P", base: 3_000 },
  { symbol: "SOLUSDT", base: 200 },
  { symbol: "XRPUSDT", base: 2 },
];
const accounts = ["main", "second"] as const;
/** In so many seeds one lane holds several positions at once. */
const CROWDED = 0.35;

/** What happens to the mesh in one seed. */
export function drawScenario(random: Random): Scenario {
  const lengthMs = random.integer(10_000, 90_000);
  const lanes = drawLanes(random);
  const alerts = [...drawStories(random, lanes, lengthMs), ...crowds(random.stream("crowd"), lanes, lengthMs)];
  const last = Math.max(...alerts.map((each) => each.at));
  const { defects, replays, longerMs } = drawOperators(random.stream("operators"), lengthMs);
  const calmAt = last + random.integer(0, 40_000) + longerMs;
  const rules = random.stream("rules");
  return {
    accounts,
    alerts,
    prices: drawPrices(random, lanes, calmAt),
    killSwitch: drawKillSwitch(random, lengthMs),
    strays: drawStrays(random, lengthMs),
    ghosts: random.chance(0.1) ? [{ id: "ghost", at: random.integer(0, lengthMs), ledger: "main:paper" }] : [],
    outages: drawOutages(random, calmAt),
    defects,
    replays,
    mood: {
      idMode: random.pick(["unique", "unique", "unique_while_open"]),
      rough: accounts.map((account) => `${account}:paper`).filter(() => random.chance(0.5)),
      strict: accounts.map((account) => `${account}:paper`).filter(() => rules.chance(0.5)),
      down: random.chance(0.15) ? [windowOf(random, lengthMs, 45_000)] : [],
    },
    foreignLedgers: random.chance(0.2),
    logs: random.chance(0.15),
    lastWord: random.stream("last word").chance(0.25),
    afterlife: random.chance(0.1),
    calmAt,
  };
}

/** The same with only what `keep` names; a world without chance has no outages either. */
export function reduced(
  scenario: Scenario,
  keep: ReadonlySet<string> | undefined,
  options: { storm: number },
): Scenario {
  const { outages, mood } = scenario;
  const calm =
    options.storm === 0 ? { ...scenario, outages: [], mood: { ...mood, down: [] } } : { ...scenario, outages };
  if (keep === undefined) return calm;
  return {
    ...calm,
    alerts: calm.alerts.filter(({ id }) => keep.has(id)),
    prices: calm.prices.filter(({ id }) => keep.has(id)),
    killSwitch: calm.killSwitch.filter(({ id }) => keep.has(id)),
    strays: calm.strays.filter(({ id }) => keep.has(id)),
    ghosts: calm.ghosts.filter(({ id }) => keep.has(id)),
    defects: calm.defects.filter(({ id }) => keep.has(id)),
    replays: calm.replays.filter(({ id }) => keep.has(id)),
    outages: calm.outages.filter(({ name }) => keep.has(name)),
    mood: { ...calm.mood, down: keep.has("venue-down") ? calm.mood.down : [] },
  };
}

/** Everything of a scenario that a reduced one may leave out. */
export function namesOf({ outages, mood, ...named }: Scenario): string[] {
  const { alerts, prices, killSwitch, strays, ghosts, defects, replays } = named;
  const ids = [...alerts, ...prices, ...killSwitch, ...strays, ...ghosts, ...defects, ...replays].map(({ id }) => id);
  return [...ids, ...outages.map(({ name }) => name), ...mood.down.map(() => "venue-down")];
}

function drawLanes(random: Random): Lane[] {
  const all = accounts.flatMap((account) => markets.map((market) => ({ account, ...market })));
  const lanes: Lane[] = [];
  const count = random.integer(3, 5);
  while (lanes.length < count) {
    const [place] = all.splice(random.integer(0, all.length - 1), 1);
    if (place !== undefined) lanes.push({ ...place, guarded: random.chance(0.4), limits: random.chance(0.5) });
  }
  return lanes;
}

/** On one of the lanes, in some of the seeds. */
function crowds(random: Random, lanes: readonly Lane[], lengthMs: number): PlannedAlert[] {
  const spot = lanes.filter(({ symbol }) => !symbol.endsWith(".P"));
  const [lane] = spot.length > 0 && random.chance(0.8) ? spot : lanes;
  return lane !== undefined && random.chance(CROWDED) ? drawCrowd(random, lane, lengthMs) : [];
}

function drawPrices(random: Random, lanes: readonly Lane[], lengthMs: number): Scenario["prices"] {
  return lanes.flatMap(({ account, symbol, base }, lane) =>
    Array.from({ length: random.integer(0, 6) }, (_, index) => ({
      id: `price-${lane}-${index}`,
      at: random.integer(0, lengthMs),
      account,
      symbol,
      price: decimal(base * (1 + random.integer(-300, 300) / 10_000)),
    })),
  );
}

function drawKillSwitch(random: Random, lengthMs: number): Scenario["killSwitch"] {
  if (!random.chance(0.2)) return [];
  return Array.from({ length: random.integer(1, 2) }, (_, index) => {
    const at = random.integer(0, lengthMs);
    const through = random.pick<"object" | "kv">(["object", "object", "kv"]);
    const mode = random.pick<KillSwitchMode>(["entries", "all"]);
    return { id: `switch-${index}`, at, until: at + random.integer(1_000, 30_000), mode, through };
  });
}

function drawStrays(random: Random, lengthMs: number): Scenario["strays"] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.integer(1, 3) }, (_, index) => ({
    id: `stray-${index}`,
    at: random.integer(0, lengthMs),
    queue: random.pick(["records", "notifications", "system-logs", "trade-signals"]),
  }));
}

function windowOf(random: Random, lengthMs: number, longestMs: number): { from: number; to: number } {
  const from = random.integer(0, lengthMs);
  return { from, to: from + random.skewed(1_000, longestMs) };
}

function decimal(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, "");
}
