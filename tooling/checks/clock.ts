import { found, type Check } from "./check.ts";

/** A venue refuses what was signed longer ago, or in its future. */
const LIMIT_MS = 5_000;

export const clock: Check = {
  id: "clock",
  about: "the clock",
  places: ["local", "remote"],
  async diagnose(world) {
    // Nothing tells the time while the local mesh is down, and nothing needs it.
    if (world.local && (await world.machine.running()) === undefined) return [];
    const { of, aheadMs, toleranceMs } = await world.clock();
    if (Math.abs(aheadMs) - toleranceMs < LIMIT_MS) return [];
    const seconds = Math.round(Math.abs(aheadMs) / 1_000);
    return [
      found({
        what: `the clock of this machine is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} that of ${of}`,
        why: "ages and --since are wrong by as much, and a venue refuses what a mesh on this machine signs",
        which: "clock",
        severity: "harms",
        next: "set it by the network: timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS)",
      }),
    ];
  },
};
