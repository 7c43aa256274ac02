import type { Assessment, RevivalRpc } from "#contracts/revival";
import { SimObject } from "../durable-object.ts";
import type { PlannedReplay } from "../operators.ts";
import type { World } from "../world.ts";

const PACE_MS = 50;
const AGAIN_MS = 2_000;
const REARM_MS = 5_000;

export interface ReplayItem {
  readonly ledger: string;
  readonly requestId: string;
  readonly generation: number;
  result: { sent: boolean; verdict?: string } | undefined;
}

/** What stands in its storage and so outlives its crashes. */
interface Stored {
  items: ReplayItem[] | undefined;
  cursor: number;
}

/**
 * Somebody who has the ledger revive whatever he names, one after the other, each result written down before the next,
 * again from there when it is killed: what must not be revived is for the ledger to refuse.
 */
export class BluntReplay {
  readonly id: string;
  readonly at: number;
  readonly #stored: Stored = { items: undefined, cursor: 0 };
  readonly #object: SimObject<{ work: () => Promise<void>; start: () => void }>;

  constructor(
    world: World,
    plan: PlannedReplay,
    of: {
      ledger: (name: string) => RevivalRpc;
      /** What the operator chose, by ledger; read once. */
      letters: () => ReadonlyMap<string, readonly string[]>;
    },
  ) {
    this.id = plan.id;
    this.at = plan.at;
    const stored = this.#stored;
    this.#object = new SimObject(world, {
      name: `blunt ${plan.id}`,
      build: (alarm) => {
        const again = (ms: number): void => alarm.set(new Date(world.milliseconds + ms));
        return {
          start: () => again(PACE_MS),
          work: async () => {
            again(REARM_MS);
            try {
              const chosen = stored.items ?? (await snapshot(of.letters(), of.ledger));
              // The alarm behind a hung one may have written them down meanwhile.
              stored.items ??= chosen;
              const { cursor } = stored;
              const item = stored.items[cursor];
              if (item === undefined) return alarm.set(undefined);
              const { requestId, generation } = item;
              const force = (["STALE", "SUPERSEDED"] as const).filter((verdict) => plan.force.includes(verdict));
              const said = { replayId: plan.id, force, reason: "the bug is fixed", by: "sim" };
              const reply = await of.ledger(item.ledger).revive({ v: 1, requestId, generation, ...said });
              item.result = {
                sent: reply.status === "revived",
                ...(reply.status === "refused" ? { verdict: reply.verdict } : {}),
              };
              stored.cursor = Math.max(stored.cursor, cursor + 1);
              again(PACE_MS);
            } catch {
              again(AGAIN_MS);
            }
          },
        };
      },
      alarm: ({ work }) => work(),
    });
  }

  start(): void {
    this.#object.host.start();
  }

  get items(): readonly ReplayItem[] {
    return this.#stored.items ?? [];
  }

  get over(): boolean {
    const { items, cursor } = this.#stored;
    return items !== undefined && cursor >= items.length;
  }

  /** Does what the minute's cron does, in case the alarm died. */
  poke(): void {
    if (!this.over) this.#object.host.start();
  }
}

/** All that were chosen, whatever their state: what must not be revived is for the ledger to refuse. */
async function snapshot(
  letters: ReadonlyMap<string, readonly string[]>,
  ledger: (name: string) => RevivalRpc,
): Promise<ReplayItem[]> {
  const items: ReplayItem[] = [];
  for (const [name, requestIds] of letters) {
    const { letters: assessed } = await ledger(name).assess({ v: 1, requestIds: [...requestIds] });
    items.push(...assessed.map((each: Assessment) => itemOf(name, each)));
  }
  return items;
}

function itemOf(ledger: string, { requestId, generation }: Assessment): ReplayItem {
  return { ledger, requestId, generation, result: undefined };
}
