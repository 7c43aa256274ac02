import type { Writable } from "node:stream";

const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const CLEAR_LINE_END = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";

/** A screen of its own beside what the terminal showed before, which is there again after `leave`. */
export function openScreen(stdout: Writable): { draw: (lines: readonly string[]) => void; leave: () => void } {
  stdout.write(ENTER);
  return {
    // Overwritten in place, for a cleared screen flickers.
    draw: (lines) =>
      void stdout.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE_END}`).join("\r\n")}${CLEAR_BELOW}`),
    leave: () => void stdout.write(LEAVE),
  };
}
