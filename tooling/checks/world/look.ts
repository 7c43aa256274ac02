import type { HooxContext } from "../../cli/context.ts";
import { readWanted } from "../../deploy/wanted.ts";
import { look } from "../../secrets/look.ts";
import type { Place } from "../../secrets/place.ts";
import { secretSource } from "../secret-source.ts";
import { accountView } from "./account-view.ts";
import { codeRemark } from "./code.ts";
import { readClock, trueNow } from "./clock.ts";
import { machineView } from "./machine-view.ts";
import { meshView } from "./mesh-view.ts";
import { onMesh } from "./on-mesh.ts";
import { Once } from "./once.ts";
import type { Clock, World } from "./world.ts";

/** A fresh look: what was seen before is asked again. */
export function lookAt(context: HooxContext, place: Place): World {
  const once = new Once();
  const account = accountView(context, place, once);
  const clock = (): Promise<Clock> => once.ask("clock", () => readClock(context, place));
  return {
    local: place.local,
    flag: place.flag,
    onMesh: (command) => once.ask(`on mesh ${command}`, () => onMesh(context, place, command)),
    now: () => trueNow(context, place, clock),
    wanted: () => once.ask("wanted", readWanted),
    account,
    mesh: meshView(place, once, account),
    machine: machineView(context, place),
    secrets: () => once.ask("secrets", () => look(context, place)),
    codeRemark: (worker) => once.ask(`code ${worker}`, () => codeRemark(account, worker)),
    secretSource: (name) => once.ask(`source ${name}`, () => secretSource(context, place, name)),
    clock,
  };
}
