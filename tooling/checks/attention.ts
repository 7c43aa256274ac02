import { attentionOf } from "../cli/attention.ts";
import { found, type Check, type Seen } from "./check.ts";

/** Said by other checks, with more to it. */
const ELSEWHERE: readonly string[] = ["dead letters"];

export const attention: Check = {
  id: "attention",
  places: ["local", "remote"],
  async diagnose(world) {
    const all = attentionOf(await world.mesh.status(), await world.now());
    const others = all.filter(({ what }) => !ELSEWHERE.includes(what));
    return Promise.all(
      others.map(async ({ what, text, todo = "npx hoox status" }): Promise<Seen> => {
        const next = await world.onMesh(todo);
        if (what === "not asked") return { unseen: { why: text, next } };
        return found({
          what: `${what}: ${text}`,
          why: WHY[what] ?? "a person has to look",
          which: what,
          severity: what === "kill switch" || what === "trading off" ? "stops" : "harms",
          next,
        });
      }),
    );
  },
};

const WHY: Readonly<Record<string, string>> = {
  "kill switch": "trading is stopped, as somebody wanted it",
  "trading off": "a ledger has stopped entries by itself",
  "left open": "it stands without a stop, and every order that was to close it was refused",
  differs: "somebody or the exchange itself traded past the ledger, so that limits and closes go by a wrong position",
  "in doubt": "nobody knows yet whether an order was executed; it is asked for, never repeated",
  "lane blocked": "later signals of that lane wait",
  unread: "it is said again until somebody acknowledges it",
  backlog: "it is not consumed, or not fast enough",
};
