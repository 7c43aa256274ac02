import type { HttpDeps } from "../../../services/trade-worker/src/http.ts";
import type { Defect } from "../operators.ts";
import { running } from "../process.ts";
import type { World } from "../world.ts";

const BUG = "Cannot read properties of undefined (reading 'price')";

/** The trade-worker with the bugs of the scenario in it, while they are deployed. */
export function defective(world: World, deps: HttpDeps, defects: readonly Defect[]): HttpDeps {
  const deployed = (): Defect["how"] | undefined =>
    defects.find(({ from, to }) => from <= world.elapsed && world.elapsed < to)?.how;
  return {
    ...deps,
    venue(of) {
      if (deployed() === "dies") world.crash(running.getStore()?.process, "a bug of ours");
      return deps.venue(of);
    },
    async killSwitch() {
      if (deployed() === "throws") throw new TypeError(BUG);
      return deps.killSwitch();
    },
  };
}
