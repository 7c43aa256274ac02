import { found, type Check } from "./check.ts";

/** A venue refuses what was signed longer ago, or in its future. */
const LIMIT_MS = 5_000;

export const clock: Check = {
  id: "clock",
  // Of a mesh on this machine, nobody on this machine can tell.
  places: ["remote"],
  async diagnose(world) {
    const { of, aheadMs, toleranceMs } = await world.clock();
    if (Math.abs(aheadMs) - toleranceMs < LIMIT_MS) return [];
    const seconds = Math.round(Math.abs(aheadMs) / 1_000);
    return [
      found({
        what: `the clock of this machine is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} that of ${of}`,
        why: "ages, --since and the age of what is found are wrong by as much; a mesh on this machine would sign orders that venues refuse",
        which: "clock",
        severity: "harms",
        next: "set it by the network: timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS)",
      }),
    ];
  },
};
