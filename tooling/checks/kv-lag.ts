import { configKeyOf } from "#contracts/config-keys";
import { KILL_SWITCH_KEYS } from "#contracts/kill-switch";
import { CliError } from "../cli/errors.ts";
import { found, type Check } from "./check.ts";
import type { Hands } from "./hands.ts";
import { lookAt } from "./world/look.ts";
import type { World } from "./world/world.ts";

export const kvLag: Check = {
  id: "kv-lag",
  places: ["remote"],
  async diagnose(world) {
    const lagging = await laggingKeys(world);
    return lagging.map((key) =>
      found({
        what: `the mesh does not see yet what the account has under ${key}`,
        why: "KV is eventually consistent: a write shows elsewhere after 60 s or more, and until then some signals go by the old value",
        which: key,
        severity: "odd",
        next: `npx hoox repair kv${world.flag}`,
        mend: { plan: "wait until the mesh sees what the account has, three minutes at most", do: settle },
      }),
    );
  },
};

async function laggingKeys({ account, mesh }: World): Promise<string[]> {
  const seen = new Map((await mesh.config()).map(({ key, value }) => [key, value]));
  const keys = new Set([...KILL_SWITCH_KEYS, ...[...seen.keys()].filter((key) => configKeyOf(key) !== undefined)]);
  const there = await Promise.all([...keys].map(async (key) => ({ key, value: await account.value(key) })));
  return there.filter(({ key, value }) => value !== seen.get(key)).map(({ key }) => key);
}

const WAIT_MS = 3 * 60_000;
const EVERY_MS = 5_000;

async function settle({ context, place }: Hands): Promise<void> {
  for (let waited = 0; ; waited += EVERY_MS) {
    const lagging = await laggingKeys(lookAt(context, place));
    if (lagging.length === 0) return;
    if (waited >= WAIT_MS) {
      const show = await lookAt(context, place).onMesh("npx hoox kill-switch show");
      throw new CliError(1, `the mesh still sees an old value of ${lagging.join(", ")}`, {
        hint: `do not send test alerts yet; the kill switch itself is at once: ${show}`,
      });
    }
    await context.sleep(EVERY_MS);
  }
}
