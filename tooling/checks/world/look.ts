import type { HooxContext } from "../../cli/context.ts";
import { readWanted } from "../../deploy/wanted.ts";
import { look } from "../../secrets/look.ts";
import type { Place } from "../../secrets/place.ts";
import { secretSource } from "../secret-source.ts";
import { accountView } from "./account-view.ts";
import { readClock } from "./clock.ts";
import { machineView } from "./machine-view.ts";
import { meshView } from "./mesh-view.ts";
import { Once } from "./once.ts";
import type { World } from "./world.ts";

/** A fresh look: what was seen before is asked again. */
export function lookAt(context: HooxContext, place: Place): World {
  const once = new Once();
  return {
    local: place.local,
    flag: place.flag,
    now: context.now,
    wanted: () => once.ask("wanted", readWanted),
    account: accountView(context, place, once),
    mesh: meshView(place, once),
    machine: machineView(context, place),
    secrets: () => once.ask("secrets", () => look(context, place)),
    secretSource: (name) => once.ask(`source ${name}`, () => secretSource(context, place, name)),
    clock: () => once.ask("clock", () => readClock(context, place)),
  };
}
