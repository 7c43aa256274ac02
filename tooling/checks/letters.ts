import { found, type Check } from "./check.ts";

export const letters: Check = {
  id: "letters",
  places: ["local", "remote"],
  async diagnose(world) {
    const { database } = await world.mesh.status();
    const { deadLettersOpen: open = 0, deadLettersSilent: silent = 0 } = database ?? {};
    const all = open + silent;
    if (all === 0) return [];
    return [
      found({
        what: `${all} dead ${all === 1 ? "letter is" : "letters are"} open`,
        why: "each is a message that could not be handled; whether it is replayed or discarded is for a person to say",
        which: "dead letters",
        severity: "harms",
        next: await world.onMesh("npx hoox dlq plan"),
      }),
    ];
  },
};
